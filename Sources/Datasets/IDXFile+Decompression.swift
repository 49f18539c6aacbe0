extension IDXFile {
    /// Hands the decompressed bytes of the gzip file `source` to `consume` in order, as far as they are an IDX file. A few bytes can
    /// decompress to any number; no more are taken than the header promises.
    ///
    /// - Throws: ``DatasetError`` if they are no whole IDX file, or what `consume` throws.
    static func decompress(_ source: SourceFile, _ consume: (UnsafeRawBufferPointer) throws -> Void) throws {
        var header: IDXHeader?
        var count = 0
        try Gunzip.pieces(of: source) { piece in
            // The first piece is longer than any header.
            let known = try header ?? IDXHeader(piece, path: source.path)
            header = known
            count += piece.count
            try known.requireFile(of: count, isWhole: false, path: source.path)
            try consume(piece)
        }
        let known = try header ?? IDXHeader(UnsafeRawBufferPointer(start: nil, count: 0), path: source.path)
        try known.requireFile(of: count, path: source.path)
    }
}
