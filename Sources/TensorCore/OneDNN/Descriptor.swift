import COneDNN

/// The shape and memory layout of a primitive's argument.
final class Descriptor {
    let handle: OpaquePointer

    /// `sizes` with the given strides in elements, or in the layout that oneDNN likes best when there are none.
    init(_ sizes: [Int], strides: [Int]?, of type: NumberType = .float32) throws {
        let call = "a memory descriptor of \(sizes)"
        let sizes64 = sizes.map(Int64.init)
        let strides64 = strides.map { $0.map(Int64.init) }
        var made: OpaquePointer?
        if let strides64 {
            try check(onednn_descriptor_create(&made, type.code, Int32(sizes.count), sizes64, strides64), call)
        } else {
            try check(onednn_descriptor_create(&made, type.code, Int32(sizes.count), sizes64, nil), call)
        }
        guard let made else { throw OneDNNError(status: onednn_out_of_memory, call: call) }
        handle = made
    }

    /// The axes batch, channels, height, width, with 16, 8 or 4 channels side by side.
    convenience init(_ sizes: [Int], channelBlock: Int, of type: NumberType = .float32) throws {
        let call = "a descriptor of \(sizes) in blocks of \(channelBlock) channels"
        var made: OpaquePointer?
        try check(
            onednn_descriptor_create_in_blocks(&made, type.code, sizes.map(Int64.init), Int32(channelBlock)), call)
        guard let made else { throw OneDNNError(status: onednn_out_of_memory, call: call) }
        self.init(owning: made)
    }

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        onednn_descriptor_destroy(handle)
    }

    /// A row-major matrix, or the transpose of one: `[rows, columns]` either way.
    static func matrix(
        _ rows: Int, _ columns: Int, transposed: Bool = false, of type: NumberType = .float32
    ) throws -> Descriptor {
        try Descriptor([rows, columns], strides: transposed ? [1, rows] : [columns, 1], of: type)
    }

    var type: NumberType {
        onednn_descriptor_is_bfloat16(handle) != 0 ? .bfloat16 : .float32
    }

    var byteCount: Int {
        onednn_descriptor_byte_count(handle)
    }

    /// Whether the elements lie just at these strides, those of axes of size 1 aside: no blocks, no padding.
    func hasStrides(_ strides: [Int]) -> Bool {
        onednn_descriptor_has_strides(handle, strides.map(Int64.init)) != 0
    }

    func equals(_ other: Descriptor) -> Bool {
        onednn_descriptor_equal(handle, other.handle) != 0
    }
}
