import Foundation
import Testing

@testable import Training

@Suite struct ChildProcessTests {
    @Test func run_ofAProgram_givesItsCodeAndWhatItWrote() throws {
        let child = try shell("echo out; echo error >&2; exit 3")
        #expect(child.exitCode == 3)
        #expect(child.output == "out\n")
        #expect(child.errors == "error\n")
    }

    @Test func run_ofMoreThanAPipeHolds_takesItAll() throws {
        let child = try shell("head -c 1000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2")
        #expect(child.output.utf8.count == 1_000_000)
        #expect(child.errors.utf8.count == 300_000)
    }

    @Test func run_ofAProgramEndedByASignal_givesTheShellsCode() throws {
        #expect(try shell("kill -KILL $$").exitCode == 137)
    }

    @Test func run_ofAProgramThatReads_findsNothingThere() throws {
        #expect(try shell("cat; echo done").output == "done\n")
    }

    @Test func run_ofWhatIsNotThere_saysWhy() {
        #expect(throws: ChildProcess.Failure.cannotStart(code: ENOENT)) {
            try ChildProcess.run(["no-such-program-anywhere"], deadlineSeconds: 60)
        }
    }

    @Test func run_beyondItsDeadline_isEnded() {
        #expect(throws: ChildProcess.Failure.tooLate(seconds: 0.2)) {
            try ChildProcess.run(["sleep", "600"], deadlineSeconds: 0.2)
        }
    }

    @Test func run_ofAProgramWhoseChildHoldsThePipes_doesNotWaitForThat() throws {
        let start = Date()
        #expect(try shell("sleep 60 & echo started").output == "started\n")
        #expect(Date().timeIntervalSince(start) < 50)
    }

    @Test func run_withPipesThatAreClosedToIt_leavesTheProgramItsBrokenPipe() throws {
        // 141: ended by SIGPIPE, which the program must not inherit as ignored.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        #expect(try shell("(yes; echo $? >&2) | head -n 1").errors == "141\n")
    }

    private func shell(_ script: String) throws -> ChildProcess {
        try ChildProcess.run(["bash", "-c", script], deadlineSeconds: 60)
    }
}
