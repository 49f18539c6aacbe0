/// A dense float32 tensor, row-major, on a ``Tape``. Images are `[batch, height, width, channels]`.
///
/// A tensor is a small handle: its elements belong to the tape and live until the tape's next ``Tape/reset()``.
public struct Tensor {
    /// The tape that holds the elements. Unowned, because the tape's records hold tensors.
    public unowned let tape: Tape

    let id: Int32

    /// The sizes of the axes.
    public var shape: Shape {
        tape.slots[Int(id)].shape
    }

    /// The elements, row-major.
    public var elements: UnsafeMutableBufferPointer<Float> {
        do {
            return UnsafeMutableBufferPointer(start: try plain().base, count: shape.count)
        } catch {
            fatalError("The elements of a tensor of shape \(shape) could not be brought in order: \(error)")
        }
    }

    /// A copy of the elements, row-major.
    public var array: [Float] {
        Array(elements)
    }

    /// The single element of a tensor that has just one.
    public var scalar: Float {
        requireShapes(shape.count == 1, "scalar", shape, [])
        return base[0]
    }

    /// The gradient that ``Tape/backward(from:)`` has left for this tensor, if any: after it, only variables have one.
    public var gradient: UnsafeMutableBufferPointer<Float>? {
        let slot = tape.slots[Int(id)]
        guard slot.hasGradient, let base = slot.gradient else { return nil }
        return UnsafeMutableBufferPointer(start: base, count: slot.shape.count)
    }

    /// The first of the row-major elements of a tensor that has no other layout.
    var base: UnsafeMutablePointer<Float> {
        if layout != nil { stopForLayout(shape) }
        return tape.slots[Int(id)].data
    }

    var needsGradient: Bool {
        tape.slots[Int(id)].needsGradient
    }
}

@inline(never)
private func stopForLayout(_ shape: Shape) -> Never {
    fatalError("An operation on row-major elements was given a tensor of shape \(shape) in another layout.")
}

/// Integer class labels, one per sample, borrowed for as long as the tape's step lasts.
public struct Labels {
    let base: UnsafePointer<Int32>

    /// The number of samples.
    public let count: Int

    /// Labels at `base`; every one must be a class of the logits it meets.
    public init(_ labels: UnsafeBufferPointer<Int32>) {
        // An empty buffer may have no address; nothing is ever read through this one.
        base = labels.baseAddress ?? UnsafePointer(bitPattern: 64)!
        count = labels.count
    }
}
