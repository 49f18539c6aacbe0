import Foundation
import Synchronization

/// The threads of one ``ThreadCommunicator/run(size:_:)`` and what they return.
final class RankThreads<Result: Sendable>: Sendable {
    private let world: ThreadWorld
    private let body: @Sendable (ThreadCommunicator) throws -> Result
    private let results: Mutex<[Result?]>
    private let unfinished = DispatchGroup()

    init(size: Int, body: @escaping @Sendable (ThreadCommunicator) throws -> Result) {
        world = ThreadWorld(size: size)
        self.body = body
        results = Mutex([Result?](repeating: nil, count: size))
    }

    func run() throws -> [Result] {
        for rank in 0..<world.size { start(rank) }
        unfinished.wait()
        if let error = world.firstError { throw error }
        return results.withLock { $0.compactMap(\.self) }
    }

    private func start(_ rank: Int) {
        let thread = Thread {
            self.runBody(rank)
            self.unfinished.leave()
        }
        thread.name = "rank \(rank)"
        // What the main thread usually has; Foundation's default is far smaller on some systems.
        thread.stackSize = 8 << 20
        unfinished.enter()
        thread.start()
    }

    private func runBody(_ rank: Int) {
        do {
            let result = try body(ThreadCommunicator(rank: rank, world: world))
            results.withLock { $0[rank] = result }
            world.leave(rank: rank, error: nil)
        } catch {
            world.leave(rank: rank, error: error)
        }
    }
}
