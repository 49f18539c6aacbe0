import Foundation
import Synchronization
import TensorCore
import Testing

@Suite struct ThreadTeamTests {
    private struct Failure: Error, Equatable { let member: Int }

    /// Who has come, and on which thread.
    private final class Visits: Sendable {
        let threads = Mutex<[Int: [UInt]]>([:])

        func note(_ member: Int) {
            let thread = UInt(pthread_self())
            threads.withLock { $0[member, default: []].append(thread) }
        }
    }

    @Test(arguments: [1, 2, 5])
    func run_anyNumberOfMembers_callsEachOnceOnAThreadOfItsOwn(count: Int) throws {
        let (team, visits) = (ThreadTeam(count: count), Visits())
        for _ in 0..<20 { try team.run { visits.note($0) } }
        let threads = visits.threads.withLock(\.self)
        #expect(threads.keys.sorted() == Array(0..<count))
        #expect(threads.values.allSatisfy { $0.count == 20 && Set($0).count == 1 })
        #expect(Set(threads.values.compactMap(\.first)).count == count)
        #expect(threads[0]?.first == UInt(pthread_self()))
    }

    /// All members have written by the time that the caller reads.
    @Test func run_returns_afterAllHaveFinished() throws {
        let team = ThreadTeam(count: 3)
        let written = UnsafeMutableBufferPointer<Int>.allocate(capacity: 3)
        defer { written.deallocate() }
        written.initialize(repeating: 0)
        for round in 1...50 {
            try team.run { member in
                if member == round % 3 { usleep(200) }
                written[member] = round
            }
            #expect(written.allSatisfy { $0 == round })
        }
    }

    @Test func run_severalMembersFail_throwsTheErrorOfTheFirstAndGoesOn() throws {
        let team = ThreadTeam(count: 4)
        for _ in 0..<20 {
            #expect(throws: Failure(member: 1)) {
                try team.run { if $0 > 0 { throw Failure(member: $0) } }
            }
        }
        #expect(throws: Failure(member: 0)) { try team.run { throw Failure(member: $0) } }
        let visits = Visits()
        try team.run { visits.note($0) }
        #expect(visits.threads.withLock { $0.count } == 4)
    }

    /// Threads that wait for a task must not outlive their team: there would be 160. Other tests have threads of their own.
    @Test func team_released_endsItsThreads() throws {
        let before = try Self.threadCount()
        for _ in 0..<20 { try ThreadTeam(count: 9).run { _ in } }
        for _ in 0..<200 where try Self.threadCount() > before + 80 { usleep(10_000) }
        #expect(try Self.threadCount() <= before + 80)
    }

    private static func threadCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }

    @Test func team_ofNobody_stops() async {
        await #expect(processExitsWith: .failure) { _ = ThreadTeam(count: 0) }
    }
}
