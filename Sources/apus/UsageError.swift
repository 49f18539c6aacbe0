/// A command that cannot be used this way, as every rank can see for itself.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
