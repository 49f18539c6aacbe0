/// A group of ranks that call the same collective operations in the same order.
///
/// Every operation is nonblocking: it starts, returns a ``Request``, and is done when the request is. The blocking forms of
/// `Communicator+Blocking.swift` start and wait. The buffers must stay where they are until then; the send and the receive
/// buffer must not overlap. Wrong sizes are programmer errors and trap; what the transport reports is thrown.
public protocol Communicator: AnyObject {
    /// This process's number, `0 ..< size`.
    var rank: Int { get }

    /// The number of ranks.
    var size: Int { get }

    /// How long a wait spins, when it warns and when it gives up.
    var waitPolicy: WaitPolicy { get set }

    // Collective: all ranks must reach each of these, in the same order.

    /// Completes when all ranks have entered.
    func startBarrier() throws -> Request

    /// Copies `buffer` of rank `root` into `buffer` of every other rank.
    func startBroadcast<Element: CommunicationElement>(
        _ buffer: UnsafeMutableBufferPointer<Element>, root: Int
    ) throws -> Request

    /// Combines the ranks' `send` element by element into `receive` on every rank.
    func startAllReduce<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, _ reduction: Reduction
    ) throws -> Request

    /// Joins the ranks' `send` in rank order into `receive` on every rank; rank r contributes `counts[r]` elements.
    func startAllGather<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, into receive: UnsafeMutableBufferPointer<Element>, counts: [Int]
    ) throws -> Request

    /// Sends the next `sendCounts[r]` elements of `send` to each rank r; what rank r sends here arrives, in rank order, as
    /// `receiveCounts[r]` elements of `receive`.
    func startAllToAll<Element: CommunicationElement>(
        _ send: UnsafeBufferPointer<Element>, counts sendCounts: [Int],
        into receive: UnsafeMutableBufferPointer<Element>, counts receiveCounts: [Int]
    ) throws -> Request

    /// Sends `note` to `rank` beside the collective operations, without waiting for anybody. What cannot be sent now may be dropped.
    func post(_ note: RankNote, to rank: Int) throws

    /// The next note that has arrived for this rank, if any.
    func nextNote() throws -> RankNote?

    /// Moves the transport forward and says whether `request` is done; once true, the request is spent.
    func isComplete(_ request: Request) throws -> Bool
}
