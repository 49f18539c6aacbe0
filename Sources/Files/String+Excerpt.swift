extension String {
    /// This text as a message quotes it: whole, or cut to 60 characters. What a file or a command line says may be of any length.
    public var excerpt: String {
        // Scalars, because a single character may be as long as a text.
        unicodeScalars.dropFirst(60).isEmpty ? self : String(unicodeScalars.prefix(57)) + "..."
    }
}
