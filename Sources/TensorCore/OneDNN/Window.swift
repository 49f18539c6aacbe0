import COneDNN

/// A window that moves over an image, alike in height and width, with zeros or nothing around the image.
struct Window: Hashable {
    var kernel = 1
    var stride = 1
    var padding = 0

    /// How many places it has along an axis of `size` elements; 0 if it fits nowhere.
    func places(_ size: Int) -> Int {
        let room = size + 2 * padding - kernel
        return room < 0 ? 0 : room / stride + 1
    }

    /// As part of an operation's key.
    var settings: Shape {
        Shape(kernel, stride).prefixed(by: padding)
    }

    var handle: onednn_window {
        onednn_window(kernel: Int64(kernel), stride: Int64(stride), padding: Int64(padding))
    }
}
