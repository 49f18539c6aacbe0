/// Stops the program unless every label is one of `classes` classes: the loops behind it go where a label says, unchecked. Whoever
/// reads labels from outside has to look at them first.
func requireLabels(_ labels: Labels, of classes: Int, _ operation: String) {
    // As unsigned numbers, negative labels are the greatest. One comparison each and no way out, so that the loop vectorises.
    var greatest: UInt32 = 0
    for index in 0..<labels.count { greatest = max(greatest, UInt32(bitPattern: labels.base[index])) }
    if labels.count > 0 && Int(greatest) >= classes { stopForLabel(labels, of: classes, operation) }
}

@inline(never)
private func stopForLabel(_ labels: Labels, of classes: Int, _ operation: String) -> Never {
    let index = (0..<labels.count).first { !(0..<classes).contains(Int(labels.base[$0])) } ?? 0
    fatalError(
        "\(operation) was given the label \(labels.base[index]) at index \(index), but there are \(classes) classes.")
}
