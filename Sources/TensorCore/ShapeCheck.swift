/// Stops the program unless a condition on shapes holds. A wrong shape is a mistake in the program, not in its input, and
/// `precondition` would say nothing in a release build.
@inline(__always)
func requireShapes(_ condition: Bool, _ operation: @autoclosure () -> String, _ first: Shape, _ second: Shape) {
    if !condition { stopForShapes(operation(), first, second) }
}

@inline(never)
private func stopForShapes(_ operation: String, _ first: Shape, _ second: Shape) -> Never {
    fatalError("\(operation) does not accept the shapes \(first) and \(second) together.")
}
