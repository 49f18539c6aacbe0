/// Stops the program unless a condition on shapes holds. A wrong shape is a mistake in the program, not in its input, and
/// `precondition` would say nothing in a release build.
@inline(__always)
func requireShapes(_ condition: Bool, _ operation: @autoclosure () -> String, _ first: Shape, _ second: Shape) {
    if !condition { stopForShapes(operation(), first, second) }
}

/// The same for a window over images, with the numbers that were asked for, which need not be those of any shape.
@inline(__always)
func requireWindow(
    _ condition: Bool, _ operation: @autoclosure () -> String, _ images: Shape, kernel: (height: Int, width: Int),
    stride: Int, padding: Int
) {
    if !condition { stopForWindow(operation(), images, kernel, stride, padding) }
}

@inline(never)
private func stopForWindow(
    _ operation: String, _ images: Shape, _ kernel: (height: Int, width: Int), _ stride: Int, _ padding: Int
) -> Never {
    fatalError(
        "\(operation) does not accept images of \(images) with a kernel of \(kernel.height) × \(kernel.width), stride "
            + "\(stride) and padding \(padding).")
}

@inline(never)
private func stopForShapes(_ operation: String, _ first: Shape, _ second: Shape) -> Never {
    fatalError("\(operation) does not accept the shapes \(first) and \(second) together.")
}
