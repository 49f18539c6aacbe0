import Foundation
import TensorCore

/// Data of our own: points on two noisy circles around the origin, of radius 1 (class 0) and 0.8 (class 1), taken in turn.
struct Circles {
    let points: [Float]
    let labels: [Int32]

    init(count: Int, seed: UInt64) {
        let random = CounterRandom(seed: seed, purpose: "circles")
        var points: [Float] = []
        for index in 0..<count {
            let angle = 2 * Double.pi * random.uniform(UInt64(4 * index))
            let radius = index.isMultiple(of: 2) ? 1.0 : 0.8
            let noise = (0..<2).map { 0.06 * (random.uniform(UInt64(4 * index + 1 + $0)) - 0.5) }
            points += [Float(radius * cos(angle) + noise[0]), Float(radius * sin(angle) + noise[1])]
        }
        self.points = points
        labels = (0..<count).map { Int32($0 % 2) }
    }
}
