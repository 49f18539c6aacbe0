import Testing

@testable import NeuralNetwork
@testable import TensorCore

@Suite struct BatchStatisticsTests {
    /// Rows are float32; sums are taken in Double.
    private static let tolerance = 1e-6

    private static let channels = 3

    /// Values of a channel, far from 0 so that sums of raw squares would lose all that counts.
    private static func values(_ channel: Int, _ range: Range<Int>) -> [Double] {
        let random = CounterRandom(seed: 4, purpose: "channel \(channel)")
        return range.map { 1000 * Double(channel) + random.uniform(UInt64($0)) }
    }

    private static func makeModel() throws -> Model {
        try Model(
            inputShape: [channels],
            LayerDescription("followed") { input, scope in
                _ = scope["first"].runningStatistics(channels: 2, momentum: 0.5)
                return (ReLU(), [scope["second"].runningStatistics(channels: channels, momentum: 0.1).channels])
            })
    }

    private static func moments(_ values: [Double]) -> Moments {
        guard !values.isEmpty else { return Moments() }
        let mean = values.reduce(0, +) / Double(values.count)
        return Moments(
            count: Double(values.count), mean: mean, squares: values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    }

    private static func add(_ range: Range<Int>, to table: BatchStatistics, of model: Model, piece: Int) {
        let seen = (0..<channels).map { moments(values($0, range)) }
        table.add(
            range.count, means: seen.map { Float($0.mean) }, squares: seen.map { Float($0.squares) },
            to: model.runningStatistics[1], piece: piece)
    }

    @Test func moments_ofPieces_areThoseOfTheWhole() {
        let all = Self.values(2, 0..<100)
        let pieces = [0..<1, 1..<1, 1..<40, 40..<100].map { Self.moments(Array(all[$0])) }
        let combined = pieces.reduce(Moments()) { $0.combined(with: $1) }
        let whole = Self.moments(all)
        #expect(combined.count == 100)
        #expect(abs(combined.mean - whole.mean) <= 1e-12 * whole.mean)
        #expect(abs(combined.squares - whole.squares) <= 1e-9 * whole.squares)
    }

    @Test func moments_withNone_areThemselves() {
        let some = Moments(count: 3, mean: 5, squares: 2)
        #expect(some.combined(with: Moments()) == some && Moments().combined(with: some) == some)
        #expect(Moments().combined(with: Moments()) == Moments())
    }

    @Test(arguments: [[0..<90], [0..<30, 30..<90], [0..<89, 89..<90, 90..<90], [0..<0, 0..<45, 45..<90]])
    func update_fromPieces_isThatOfTheWhole(ranges: [Range<Int>]) throws {
        let model = try Self.makeModel()
        let buffers = model.makeBuffers()
        let table = BatchStatistics(model, pieceCount: ranges.count)
        for (piece, range) in ranges.enumerated() { Self.add(range, to: table, of: model, piece: piece) }
        model.updateRunningStatistics(buffers, from: table)
        for channel in 0..<Self.channels {
            let whole = Self.moments(Self.values(channel, 0..<90))
            let mean = Double(buffers[model.runningStatistics[1].mean.range][channel])
            let variance = Double(buffers[model.runningStatistics[1].variance.range][channel])
            #expect(abs(mean - 0.1 * whole.mean) <= Self.tolerance * max(1, 0.1 * whole.mean))
            #expect(abs(variance - (0.9 + 0.1 * whole.squares / 89)) <= Self.tolerance)
        }
    }

    @Test func update_nothingSeen_changesNothing() throws {
        let model = try Self.makeModel()
        let buffers = model.makeBuffers()
        let before = buffers.array
        model.updateRunningStatistics(buffers, from: BatchStatistics(model, pieceCount: 3))
        #expect(buffers.array == before)
        #expect(before.filter { $0 == 1 }.count == 5)
    }

    @Test func update_singleValue_movesTheMeanAlone() throws {
        let model = try Self.makeModel()
        let (buffers, table) = (model.makeBuffers(), BatchStatistics(model, pieceCount: 1))
        table.add(1, means: [2, 4, 8], squares: [0, 0, 0], to: model.runningStatistics[1], piece: 0)
        model.updateRunningStatistics(buffers, from: table)
        #expect(Array(buffers[model.runningStatistics[1].mean.range]) == [0.2, 0.4, 0.8])
        #expect(Array(buffers[model.runningStatistics[1].variance.range]) == [1, 1, 1])
    }

    @Test func statistics_addedTwiceToAPiece_areThoseOfBoth() throws {
        let model = try Self.makeModel()
        let table = BatchStatistics(model, pieceCount: 2)
        Self.add(0..<20, to: table, of: model, piece: 1)
        Self.add(20..<50, to: table, of: model, piece: 1)
        let seen = table.moments(of: model.runningStatistics[1], channel: 0, piece: 1)
        let whole = Self.moments(Self.values(0, 0..<50))
        #expect(seen.count == 50)
        #expect(abs(seen.mean - whole.mean) <= Self.tolerance && abs(seen.squares - whole.squares) <= 1e-5)
        #expect(table.moments(of: model.runningStatistics[1], channel: 0, piece: 0) == Moments())
        #expect(table.moments(of: model.runningStatistics[0], channel: 1, piece: 1) == Moments())
        table.clear(piece: 1)
        #expect(table.moments(of: model.runningStatistics[1], channel: 0) == Moments())
    }
}
