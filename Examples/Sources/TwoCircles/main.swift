// Trains a model with a layer of its own on data of its own, on one process or under mpirun:
//
//     swift run --package-path Examples TwoCircles
//     mpirun -n 3 Examples/.build/debug/TwoCircles
import Communication
import DataParallel
import Foundation
import MPI
import NeuralNetwork
import Optimization
import TensorCore

let accuracy = try MPIRuntime.run { world in
    let circles = Circles(count: 1000, seed: 0)
    let model = try Model(inputShape: [2], layers: [.linear(8), .square, .linear(2)])

    // Every rank starts with the same values and owns a slice of the samples.
    let averager = GradientAverager(model: model, communicator: world)
    let values = FlatStorage(count: model.storageCount)
    model.initialize(values, seed: 0)
    let mine = world.rank * 1000 / world.size..<(world.rank + 1) * 1000 / world.size

    let tape = Tape(context: try ExecutionContext())
    let pass = ForwardPass(training: model, tape: tape, values: values, gradients: averager.targets[0].gradients)
    let optimizer = SGD(parameterCount: values.count, momentum: .classical(0.9))
    let points = Array(circles.points[2 * mine.lowerBound..<2 * mine.upperBound])
    let labels = Array(circles.labels[mine])

    var correct = 0
    for step in 1...200 {
        var control = StepControl()
        pass.begin()
        let logits = try model(tape.constant(points, shape: [mine.count, 2]), pass)
        try labels.withUnsafeBufferPointer {
            // Over the samples of all ranks, so that the sum over the ranks is the mean.
            let loss = try logits.crossEntropy(Labels($0), reduction: .sumOver(1000))
            control.correct = Float(logits.countCorrect(Labels($0)))
            control.loss = loss.scalar
            try pass.backward(from: loss)
        }
        let sum = try averager.average(control)
        correct = sum.correct
        optimizer.step(
            parameters: values.elements, gradients: UnsafeBufferPointer(averager.averaged.elements),
            range: 0..<model.storageCount, learningRate: 0.1, stepsDone: step - 1)
        if world.rank == 0, step.isMultiple(of: 50) {
            print("step \(step)  loss \(sum.loss)  accuracy \(Double(correct) / 10) %")
        }
    }
    return Double(correct) / 1000
}

// Without the square no straight line tells the circles apart; with it all but the noisiest points are found.
guard accuracy > 0.98 else {
    print("The accuracy is \(accuracy): something is broken.")
    exit(1)
}
