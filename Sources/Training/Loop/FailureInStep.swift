/// An error that reached one rank in the midst of its work, with the place where it did. The other ranks do not know of it: the job
/// has to be ended.
public struct FailureInStep: Error, CustomStringConvertible {
    /// Such as "step 12, backward".
    public let place: String

    /// What went wrong.
    public let underlying: any Error

    public var description: String {
        "\(place): \(underlying)"
    }
}
