import Foundation
import Reports
import Testing

@testable import Training

struct RunEventTests {
    static let step = StepRecord(
        step: 470, epoch: 2, loss: 0.5, learningRate: 0.1, imagesPerSecond: 96_000,
        seconds: PhaseSeconds(
            data: 0.001, forward: 0.25, backward: 0.5, communication: 1e-07, waiting: 0, optimizer: 0.125))

    @Test func json_ofAStart_holdsItsFieldsInOrder() {
        let record = StartRecord(
            worldSize: 2, threads: 1, globalBatchSize: 256, requestedLearningRate: 0.1, learningRate: 0.4,
            parameterCount: 7850, dataset: "fashion-mnist", seed: .max,
            precision: "bfloat16", sharedMemory: true,
            versions: Versions(apus: "0.1.0", oneDNN: "2.6.3", mpi: nil, cLibrary: "glibc 2.36", swift: "6.3"))
        #expect(
            RunEvent.start(record).json
                == #"{"event":"start","worldSize":2,"threads":1,"globalBatchSize":256,"requestedLearningRate":0.1,"learningRate":0.4,"parameterCount":7850,"dataset":"fashion-mnist","seed":18446744073709551615,"precision":"bfloat16","sharedMemory":true,"versions":{"apus":"0.1.0","oneDNN":"2.6.3","mpi":null,"cLibrary":"glibc 2.36","swift":"6.3"}}"#
        )
    }

    @Test func json_ofAStep_holdsItsFieldsInOrder() {
        #expect(
            RunEvent.step(Self.step).json
                == #"{"event":"step","step":470,"epoch":2,"loss":0.5,"learningRate":0.1,"imagesPerSecond":96000.0,"seconds":{"data":0.001,"forward":0.25,"backward":0.5,"communication":1e-07,"waiting":0.0,"optimizer":0.125}}"#
        )
    }

    @Test func json_ofAnEpoch_holdsItsFieldsInOrder() {
        let record = EpochRecord(
            epoch: 2, step: 470, trainLoss: 0.5, trainAccuracy: 0.825, validationLoss: nil, validationAccuracy: nil,
            seconds: 0.5, imagesPerSecond: 120_000)
        #expect(
            RunEvent.epoch(record).json
                == #"{"event":"epoch","epoch":2,"step":470,"trainLoss":0.5,"trainAccuracy":0.825,"validationLoss":null,"validationAccuracy":null,"seconds":0.5,"imagesPerSecond":120000.0}"#
        )
    }

    @Test func json_ofACheckpoint_holdsItsFieldsInOrder() {
        let record = CheckpointRecord(step: 470, file: "checkpoints/step-00000470.safetensors")
        #expect(
            RunEvent.checkpoint(record).json
                == #"{"event":"checkpoint","step":470,"file":"checkpoints/step-00000470.safetensors"}"#)
    }

    @Test func json_ofAnEnd_holdsItsFieldsInOrder() {
        let record = EndRecord(
            status: .stopped, step: 470, validationLoss: 0.5, validationAccuracy: 0.8325, parametersDigest: "ab12",
            seconds: 12.5)
        #expect(
            RunEvent.end(record).json
                == #"{"event":"end","status":"stopped","step":470,"validationLoss":0.5,"validationAccuracy":0.8325,"parametersDigest":"ab12","seconds":12.5}"#
        )
    }

    @Test func json_ofAnEndOnSeveralRanks_holdsTheirArrivals() {
        let record = EndRecord(
            status: .failed, step: 7, validationLoss: nil, validationAccuracy: nil, parametersDigest: nil,
            seconds: 12.5,
            arrivalSeconds: [1.5, .nan])
        #expect(
            RunEvent.end(record).json
                == #"{"event":"end","status":"failed","step":7,"validationLoss":null,"validationAccuracy":null,"parametersDigest":null,"seconds":12.5,"arrivalSeconds":[1.5,null]}"#
        )
    }

    @Test(arguments: [Double.nan, .signalingNaN, .infinity, -.infinity])
    func json_ofANumberThatIsNotFinite_isNull(_ loss: Double) throws {
        let record = StepRecord(
            step: 1, epoch: 1, loss: loss, learningRate: 0.1, imagesPerSecond: loss, seconds: PhaseSeconds(data: loss))
        let json = RunEvent.step(record).json
        #expect(json.contains(#""loss":null,"learningRate":0.1,"imagesPerSecond":null,"seconds":{"data":null,"#))
        _ = try JSONSerialization.jsonObject(with: Data(json.utf8))
    }

    @Test(arguments: [
        0.1, 1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 1e16, 123_456_789.123, 1.0 / 3.0,
        0.30000000000000004,
    ])
    func json_ofAnyNumber_readsBackTheSame(_ value: Double) throws {
        var line = JSONLine()
        line.add("value", value)
        #expect(try JSONDecoder().decode([String: Double].self, from: Data(line.text.utf8)) == ["value": value])
    }

    @Test func json_ofAwkwardText_readsBackTheSame() throws {
        let text = "a \"quote\", a \\, a\nnewline,\r\n\t\u{0}\u{1F}\u{7F} é 鳥 🐦 </x>"
        var line = JSONLine()
        line.add("value", text)
        #expect(!line.text.unicodeScalars.contains { $0.value < 32 })
        #expect(try JSONDecoder().decode([String: String].self, from: Data(line.text.utf8)) == ["value": text])
    }
}
