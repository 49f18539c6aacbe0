import Communication
import Testing

@testable import Training

@Suite struct NumericEnvironmentTests {
    private static let usual = NumericEnvironment(
        program: "0123456789abcdef", cpuModel: "A", instructionSet: "avx2", oneDNN: "2.6.3", cLibrary: "glibc 2.36")

    private static func other(_ change: (inout NumericEnvironment) -> Void) -> NumericEnvironment {
        var other = usual
        change(&other)
        return other
    }

    @Test func json_ofAnEnvironment_isSortedAndReadsBack() {
        let json = Self.usual.json
        #expect(
            json == "{\"cLibrary\":\"glibc 2.36\",\"cpuModel\":\"A\",\"instructionSet\":\"avx2\",\"oneDNN\":\"2.6.3\","
                + "\"program\":\"0123456789abcdef\"}")
        #expect(NumericEnvironment(json: json) == Self.usual)
        #expect(NumericEnvironment(json: "{}") == nil && NumericEnvironment(json: "not JSON") == nil)
    }

    @Test func differences_ofEachPart_nameIt() {
        let all = Self.other {
            $0.program = "fedcba9876543210"
            $0.cpuModel = "B"
            $0.instructionSet = "avx512_core"
            $0.oneDNN = "3.2.0"
            $0.cLibrary = "glibc 2.41"
        }
        #expect(
            all.differences(from: Self.usual) == [
                "the program (fedcba987654, not 0123456789ab)", "the processor (B, not A)",
                "oneDNN's instruction set (avx512_core, not avx2)", "oneDNN (3.2.0, not 2.6.3)",
                "the C library (glibc 2.41, not glibc 2.36)",
            ])
        #expect(Self.usual.differences(from: Self.usual) == [])
    }

    @Test func current_ofThisProcess_isKnown() {
        #expect(NumericEnvironment.current.program.count == 64 && NumericEnvironment.current.oneDNN != "")
    }

    /// The warnings of ranks with these environments.
    private func warnings(_ environments: [NumericEnvironment], reproducible: Bool = true) throws -> [String] {
        let messages = MessageCollector()
        _ = try ThreadCommunicator.run(size: environments.count) { communicator in
            var experiment = Experiment(name: "x")
            experiment.dataParallel.reproducible = reproducible
            try environments[communicator.rank].compare(
                over: communicator, for: experiment, messages.logger(rank: communicator.rank))
        }
        return messages.warnings
    }

    @Test func compare_severalDiffer_namesEachKindOnce() throws {
        let (newer, elsewhere) = (Self.other { $0.oneDNN = "3.2.0" }, Self.other { $0.cpuModel = "B" })
        let promise = "the same bits on other numbers of ranks are not promised."
        #expect(
            try warnings([Self.usual, newer, Self.usual, elsewhere, newer]) == [
                "0 warning: Ranks 1 and 4 differ from rank 0 in oneDNN (3.2.0, not 2.6.3): \(promise)",
                "0 warning: Rank 3 differs from rank 0 in the processor (B, not A): \(promise)",
            ])
    }

    @Test func compare_nothingIsPromisedOrNothingDiffers_saysNothing() throws {
        let newer = Self.other { $0.oneDNN = "3.2.0" }
        #expect(try warnings([Self.usual, newer], reproducible: false) == [])
        #expect(try warnings([Self.usual, Self.usual]) == [])
    }

    @Test func warnOfDifferences_fromACheckpoint_namesItAndWhatDiffers() {
        let messages = MessageCollector()
        let newer = Self.other { $0.oneDNN = "3.2.0" }
        newer.warnOfDifferences(from: Self.usual, in: "old.safetensors", messages.logger(rank: 0))
        newer.warnOfDifferences(from: newer, in: "new.safetensors", messages.logger(rank: 0))
        #expect(
            messages.warnings == [
                "0 warning: This run differs from the one that wrote old.safetensors in oneDNN (3.2.0, not 2.6.3): it will not end on "
                    + "the bits of an uninterrupted run."
            ])
    }
}
