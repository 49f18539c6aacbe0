import Foundation
import Reports
import TestSupport
import Testing

@testable import Training

struct RunLogTests {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path + "/metrics.jsonl"
    }

    private func event(_ step: Int) -> RunEvent {
        .checkpoint(CheckpointRecord(step: step, file: "f"))
    }

    private func lines(_ steps: Int...) -> String {
        steps.map { #"{"event":"checkpoint","step":\#($0),"file":"f"}"# + "\n" }.joined()
    }

    @Test func append_toANewLog_isInTheFileAtOnce() throws {
        let log = try RunLog(file: file)
        try log.append(event(1))
        #expect(try folder.text(of: "metrics.jsonl") == lines(1))
        try log.append(event(2))
        #expect(try folder.text(of: "metrics.jsonl") == lines(1, 2))
    }

    @Test func append_toALogContinued_keepsWhatIsThere() throws {
        try RunLog(file: file).append(event(1))
        try RunLog(file: file).append(event(2))
        #expect(try folder.text(of: "metrics.jsonl") == lines(1, 2))
    }

    @Test(arguments: [0, 1, 20, 70_000, 65_536, 131_072, 200_000])
    func init_ofALogWithATornLastLine_cutsItOff(_ tornLength: Int) throws {
        try folder.write(lines(1, 2) + String(repeating: "x", count: tornLength), to: "metrics.jsonl")
        try RunLog(file: file).append(event(3))
        #expect(try folder.text(of: "metrics.jsonl") == lines(1, 2, 3))
    }

    @Test func init_ofALogThatIsOneTornLine_startsAfresh() throws {
        try folder.write(#"{"event":"sta"#, to: "metrics.jsonl")
        try RunLog(file: file).append(event(1))
        #expect(try folder.text(of: "metrics.jsonl") == lines(1))
    }

    @Test func init_inAFolderThatIsMissing_namesTheFile() {
        let missing = folder.path + "/none/metrics.jsonl"
        let error = #expect(throws: RunError.self) { try RunLog(file: missing) }
        #expect(error?.description == "Cannot open '\(missing)': No such file or directory.")
    }

    @Test func append_toAFullDevice_namesFileAndReason() throws {
        let log = try RunLog(file: "/dev/full")
        let error = #expect(throws: RunError.self) { try log.append(event(1)) }
        #expect(error?.description == "Cannot write '/dev/full': No space left on device.")
    }

    // The limit on file size belongs to the process, so the test needs one of its own.
    @Test func append_thatIsCutShort_leavesWholeLines() async throws {
        try await #require(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let log = try RunLog(file: folder.path + "/metrics.jsonl")
            let event = RunEvent.checkpoint(CheckpointRecord(step: 1, file: "f"))
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            let unlimited = limit.rlim_cur
            try log.append(event)
            let whole = try folder.text(of: "metrics.jsonl")

            limit.rlim_cur = rlim_t(whole.utf8.count + 10)
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            #expect(throws: RunError.self) { try log.append(event) }
            #expect(try folder.text(of: "metrics.jsonl") == whole)

            limit.rlim_cur = unlimited
            setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
            try log.append(event)
            #expect(try folder.text(of: "metrics.jsonl") == whole + whole)
        }
    }
}
