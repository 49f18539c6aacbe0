import CKernels
import Foundation
import Synchronization

/// Threads that work side by side on parts of one task: the caller, who is member 0, and others that wait between tasks.
///
/// A member is always the same thread, so what belongs to a thread, such as an ``ExecutionContext``, can belong to a member.
/// Each may have threads of oneDNN's besides, which work inside its kernels.
public final class ThreadTeam: @unchecked Sendable {
    // @unchecked: `task` is written only while all other members wait, and the semaphores order that with their reading.

    /// The number of members, the caller included.
    public let count: Int

    /// The threads inside a member's kernels, the member included.
    public let kernelThreads: Int

    private let starts: [DispatchSemaphore]
    private let ends = DispatchSemaphore(value: 0)
    private let firstError = Mutex<(member: Int, error: any Error)?>(nil)
    private var task: ((Int) -> Void)?

    /// A team of `count` members, of which `count − 1` are new threads that end with the team.
    public init(count: Int, kernelThreads: Int = 1) {
        guard count >= 1 else { fatalError("A team of \(count) threads was asked for.") }
        self.count = count
        self.kernelThreads = kernelThreads
        starts = (1..<count).map { _ in DispatchSemaphore(value: 0) }
        for member in 1..<count { startThread(member) }
    }

    deinit {
        for start in starts { start.signal() }
    }

    /// Runs `body` once on every member, with its number, and returns when all have finished. Members share what `body` refers to: they
    /// must not write to one array, not even at different places.
    /// - Throws: the error of the first member that failed, in the order of their numbers.
    public func run(_ body: (Int) throws -> Void) throws {
        if count == 1 { return try body(0) }
        runAll { member in
            do {
                try body(member)
            } catch {
                firstError.withLock { if $0.map({ member < $0.member }) ?? true { $0 = (member, error) } }
            }
        }
        if let failure = firstError.withLock({ failure in
            defer { failure = nil }
            return failure
        }) {
            throw failure.error
        }
    }

    /// Runs `body` on consecutive parts of `range` side by side, and returns when all are done: for loops whose elements do not influence
    /// each other. A short range is one part, because starting threads costs microseconds.
    ///
    /// Allocates nothing on a team of one member, if `body` is kept by who calls: making a closure takes memory.
    public func forEachPart(of range: Range<Int>, _ body: @escaping (Range<Int>) -> Void) {
        if max(count, kernelThreads) == 1 || range.count < Self.worthThreads {
            body(range)
        } else if count > 1 {
            runAll { body(range.slice($0, of: count)) }
        } else {
            runInKernels(KernelTask(range: range, count: kernelThreads, body: body))
        }
    }

    private static let worthThreads = 1 << 15

    private func runAll(_ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            task = body
            for start in starts { start.signal() }
            perform(0)
            for _ in starts { ends.wait() }
            task = nil
        }
    }

    /// A call of its own, so that no thread holds the task any more when it says that it is done.
    @inline(never) private func perform(_ member: Int) {
        task?(member)
    }

    private struct KernelTask {
        let range: Range<Int>
        let count: Int
        let body: (Range<Int>) -> Void
    }

    /// On the threads that oneDNN's own loops run on: a second set of them would fight the first for the cores.
    private func runInKernels(_ task: KernelTask) {
        var task = task
        let count = Int32(clamping: task.count)
        withUnsafeMutablePointer(to: &task) {
            kernel_run_parts(
                count, count,
                { data, part in
                    guard let task = data?.assumingMemoryBound(to: KernelTask.self) else { return }
                    task.pointee.body(task.pointee.range.slice(Int(part), of: task.pointee.count))
                }, $0)
        }
    }

    private func startThread(_ member: Int) {
        let (start, end) = (starts[member - 1], ends)
        let thread = Thread { [weak self] in
            while true {
                start.wait()
                // Without a task the team is going away.
                guard let team = self, team.task != nil else { return }
                team.perform(member)
                end.signal()
            }
        }
        thread.name = "compute \(member)"
        // What the main thread usually has; oneDNN's kernels want room.
        thread.stackSize = 8 << 20
        thread.start()
    }
}
