/// The greatest difference over the greatest expected size; infinity for other counts or a value that is no number.
public func relativeDifference(_ values: [Float], _ expected: [Float]) -> Float {
    guard values.count == expected.count, values.allSatisfy(\.isFinite) else { return .infinity }
    let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / (expected.map { abs($0) }.max() ?? 1)
}
