public import TensorCore

/// Where a layer declares its parameters and buffers while a model is built: a dotted prefix and the model's growing lists.
public struct ParameterScope {
    /// The dotted name of this scope.
    public let name: String
    private let declarations: Declarations

    init(prefix: String = "", _ declarations: Declarations) {
        self.name = prefix
        self.declarations = declarations
    }

    /// The scope of a part of this layer; `scope["0"]["weight"]` names `0.weight`.
    public subscript(_ name: String) -> ParameterScope {
        ParameterScope(prefix: self.name.isEmpty ? name : "\(self.name).\(name)", declarations)
    }

    /// Makes a part of this layer, called `name`, for samples of shape `input`, and notes it in the model's outline.
    /// - Throws: ``ModelError`` if the part does not fit its input, or its output is too large.
    public func make(
        _ part: LayerDescription, named name: String, for input: Shape
    ) throws -> (layer: any Layer, output: Shape) {
        let scope = self[name]
        let made = try scope.makeOutlined(part, for: input)
        declarations.activationCount += made.output.count
        if !Self.makesNoTensor(made.layer) {
            declarations.tensorCount += made.output.count
            // A normalisation's is worked on in place.
            if !(made.layer is BatchNorm) { declarations.gradientCount += made.output.count }
        }
        return made
    }

    /// Makes layers whose gradients lie in memory that is counted elsewhere.
    func sharingGradients<Made>(_ make: () throws -> Made) rethrows -> Made {
        let count = declarations.gradientCount
        defer { declarations.gradientCount = count }
        return try make()
    }

    /// Whether the layer's result is mostly that of one of its parts, or of the layer before it.
    private static func makesNoTensor(_ layer: any Layer) -> Bool {
        layer is ReLU || layer is Flatten || layer is Residual || layer is Sequential
    }

    /// Makes a layer in this scope and notes it in the model's outline.
    func makeOutlined(
        _ description: LayerDescription, for input: Shape
    ) throws -> (layer: any Layer, output: Shape) {
        declarations.outline.begin()
        let made = try description.make(input, self)
        // The sizes of axes are bounded, so that the product of an image's does not overflow.
        guard made.output.count <= Int(Int32.max) else {
            throw ModelError(
                "Layer '\(name)' (\(description.name)) gives \(made.output) per sample: \(made.output.count) numbers, "
                    + "but at most \(Int32.max) are possible.")
        }
        try declarations.outline.end(name: name, kind: description.name, output: made.output)
        return made
    }

    /// Declares a parameter. Declaring a name twice is a programmer error.
    /// - Parameter alongInput: whether the last axis runs over the features of the layer's input. Behind a flattened image, files have
    ///   them in another order than memory.
    public func parameter(
        _ name: String, _ shape: Shape, _ initializer: Initializer, kind: Parameter.Kind = .weight,
        alongInput: Bool = false
    ) -> Parameter {
        declarations.addParameter(self[name].name, shape, initializer, kind, alongInput ? flattenedImage : nil)
    }

    /// Declares a buffer, whose elements start at `initialValue`. Declaring a name twice is a programmer error.
    /// - Parameter alongInput: as for ``parameter(_:_:_:kind:alongInput:)``.
    public func buffer(_ name: String, _ shape: Shape, initialValue: Float, alongInput: Bool = false) -> Buffer {
        declarations.addBuffer(self[name].name, shape, initialValue, alongInput ? flattenedImage : nil)
    }

    /// The image that the features at this point of the model were flattened from, if the order of features is still that and differs
    /// between memory and files. ``LayerDescription/flatten`` sets it, a layer whose outputs are features of their own clears it, and
    /// one with branches sets it again before each.
    public var flattenedImage: FlattenedImage? {
        get { declarations.flattenedImage }
        nonmutating set { declarations.flattenedImage = newValue }
    }

    /// The name under which a layer draws random numbers, such as `dropout/features.3`. Taking one twice is a programmer error: two layers
    /// would draw the same numbers.
    public func randomPurpose(_ purpose: String) -> String {
        declarations.claim("\(purpose)/\(name)")
        return "\(purpose)/\(name)"
    }

    /// Declares the buffers `running_mean`, which starts at 0, and `running_var`, which starts at 1, and room in the model's batch
    /// statistics for what they follow. The names are PyTorch's.
    public func runningStatistics(channels: Int, momentum: Double) -> RunningStatistics {
        let mean = buffer("running_mean", [channels], initialValue: 0, alongInput: true)
        let variance = buffer("running_var", [channels], initialValue: 1, alongInput: true)
        return declarations.addRunningStatistics(mean, variance, momentum)
    }

    /// The model's lists under construction.
    final class Declarations {
        private(set) var parameters: [Parameter] = []
        private(set) var buffers: [Buffer] = []
        private(set) var runningStatistics: [RunningStatistics] = []
        var activationCount = 0
        var tensorCount = 0
        var gradientCount = 0
        var outline = OutlineBuilder()
        var flattenedImage: FlattenedImage?

        private var names: Set<String> = []

        /// The floats of a flat storage of the parameters. Every tensor starts on a cache line of its own.
        var parameterStorageCount: Int {
            FlatStorage.wholeLines(parameters.last?.range.upperBound ?? 0)
        }

        /// The floats of a flat storage of the buffers.
        var bufferStorageCount: Int {
            FlatStorage.wholeLines(buffers.last?.range.upperBound ?? 0)
        }

        func addParameter(
            _ name: String, _ shape: Shape, _ initializer: Initializer, _ kind: Parameter.Kind,
            _ image: FlattenedImage?
        ) -> Parameter {
            claim(name)
            let start = parameterStorageCount
            let parameter = Parameter(
                name: name, shape: shape, range: start..<start + shape.count, index: parameters.count,
                initializer: initializer, kind: kind, flattenedImage: image)
            parameters.append(parameter)
            outline.add(parameter)
            return parameter
        }

        func addBuffer(
            _ name: String, _ shape: Shape, _ initialValue: Float, _ image: FlattenedImage?
        ) -> Buffer {
            claim(name)
            let start = bufferStorageCount
            let buffer = Buffer(
                name: name, shape: shape, range: start..<start + shape.count, index: buffers.count,
                initialValue: initialValue, flattenedImage: image)
            buffers.append(buffer)
            return buffer
        }

        func addRunningStatistics(_ mean: Buffer, _ variance: Buffer, _ momentum: Double) -> RunningStatistics {
            let statistics = RunningStatistics(
                mean: mean, variance: variance, momentum: momentum,
                start: runningStatistics.last?.range.upperBound ?? 0)
            runningStatistics.append(statistics)
            return statistics
        }

        /// One name is one tensor of a checkpoint, or one sequence of random numbers.
        func claim(_ name: String) {
            guard names.insert(name).inserted else {
                fatalError("Two parameters, buffers or random sequences of one model are called '\(name)'.")
            }
        }
    }
}
