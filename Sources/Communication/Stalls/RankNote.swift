/// What ranks tell each other, apart from their collective operations, when one waits too long: a question, or the answer to one.
/// Only a rank that waits itself reads notes, so no answer means that the rank computes, hangs or cannot be reached.
public struct RankNote: Equatable, Sendable {
    /// The rank that wrote it.
    public var rank: Int

    /// The question that this answers; nil if this is one.
    var answering: Int64?

    /// The question's number, unique for the rank that asks.
    var number: Int64 = 0

    /// Where the rank that answers waits.
    var place = RankPlace()

    /// In what it waits.
    var operation = Request.Operation.barrier

    /// For how long it has waited.
    var waitedSeconds = 0.0

    /// Whether it has already reported this stall.
    var hasReported = false
}

extension RankNote {
    /// The first question of `rank`.
    public init(rank: Int) {
        self.init(rank: rank, number: 0)
    }
}

// On the wire a note is a few integers.
extension RankNote {
    /// The number of integers of a note.
    public static let wordCount = 8

    /// The note in the words that ``write(into:)`` wrote; nil if they are none.
    public init?(_ words: UnsafeBufferPointer<Int64>) {
        guard words.count == Self.wordCount, let operation = Request.Operation(number: Int(words[5])) else {
            return nil
        }
        self.init(
            rank: Int(words[0]), answering: words[1] != 0 ? words[2] : nil, number: words[3],
            place: RankPlace(bits: UInt64(bitPattern: words[4])), operation: operation,
            waitedSeconds: Double(words[6]) / 1000, hasReported: words[7] != 0)
    }

    /// Writes the note into ``wordCount`` integers.
    public func write(into words: UnsafeMutableBufferPointer<Int64>) {
        let values = [
            Int64(rank), answering == nil ? 0 : 1, answering ?? 0, number, Int64(bitPattern: place.bits),
            Int64(operation.number), Int64(waitedSeconds * 1000), hasReported ? 1 : 0,
        ]
        for (index, value) in values.enumerated() { words[index] = value }
    }
}
