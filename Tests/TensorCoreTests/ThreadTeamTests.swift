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

    /// Of the members' threads or of those inside the kernels; each element belongs to one part, and all are done at the return.
    @Test(arguments: [(1, 1), (3, 1), (1, 2), (1, 5)], [0, 1, 9_999, 100_003])
    func forEachPart_anyThreads_coversTheRangeOnce(threads: (Int, Int), length: Int) {
        let team = ThreadTeam(count: threads.0, kernelThreads: threads.1)
        let visits = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length + 7)
        defer { visits.deallocate() }
        visits.initialize(repeating: 0)
        let parts = Mutex(0)
        team.forEachPart(of: 7..<7 + length) { part in
            parts.withLock { $0 += 1 }
            for index in part { visits[index] += 1 }
        }
        #expect(visits[..<7].allSatisfy { $0 == 0 } && visits[7...].allSatisfy { $0 == 1 })
        #expect(parts.withLock(\.self) == (length > 50_000 ? threads.0 * threads.1 : 1))
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
