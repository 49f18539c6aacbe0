import COpenMPI

/// An MPI function that returned something other than MPI_SUCCESS.
public struct MPIError: Error, Equatable, CustomStringConvertible {
    /// The error code, whose meaning is the MPI library's own.
    public let code: Int

    /// The library's words for `code`.
    public let message: String

    /// The function that failed.
    public let call: String

    /// The rank in which it failed; nil before ranks are known.
    public let rank: Int?

    public var description: String {
        let place = rank.map { " on rank \($0)" } ?? ""
        return "\(call) failed\(place) with code \(code): \(message)."
    }
}

/// Throws unless `code`, which the MPI function `call` returned, is MPI_SUCCESS: the only reader of return codes.
///
/// The corresponding C function is `MPI_Error_string`.
func check(_ code: Int32, _ call: String, rank: Int? = nil) throws {
    guard code != MPI_SUCCESS else { return }
    var text = [CChar](repeating: 0, count: Int(MPI_MAX_ERROR_STRING) + 1)
    var length: Int32 = 0
    let isKnown = MPI_Error_string(code, &text, &length) == MPI_SUCCESS
    let message = String(decoding: text.prefix(isKnown ? Int(length) : 0).map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw MPIError(
        code: Int(code), message: isKnown ? message : "the library has no text for it", call: call, rank: rank)
}

/// `count` as the `int` that MPI counts with.
func messageCount(_ count: Int, _ call: String, rank: Int) throws -> Int32 {
    guard let count = Int32(exactly: count) else {
        throw MPIError(
            code: Int(MPI_ERR_COUNT), message: "\(count) elements are more than the \(Int32.max) that MPI can count",
            call: call, rank: rank)
    }
    return count
}
