import Synchronization

/// What the ranks of one ``ThreadCommunicator/run(size:_:)`` share: the deposits of the calls under way.
///
/// Calls are numbered per rank, so the n-th call of one rank meets the n-th of every other, and ranks that disagree are found
/// when the second of them arrives.
final class ThreadWorld: Sendable {
    /// What one rank brings to a call: the call as it sees it, and a copy of what it sends.
    struct Deposit: Sendable {
        let call: CollectiveCall
        let bytes: [UInt8]
    }

    let size: Int
    private let state: Mutex<State>

    init(size: Int) {
        self.size = size
        state = Mutex(
            State(departed: [Bool](repeating: false, count: size), notes: [[RankNote]](repeating: [], count: size)))
    }

    /// The error of the rank that failed first; later ones are mostly its consequences.
    var firstError: (any Error)? {
        state.withLock { $0.firstFailure?.error }
    }

    /// Brings `rank`'s part of call `number`, or throws when the ranks disagree on what is called.
    func deposit(_ deposit: Deposit, call number: Int, rank: Int) throws {
        try state.withLock { state in
            var deposits = state.calls[number]?.deposits ?? [Deposit?](repeating: nil, count: size)
            for (other, earlier) in deposits.enumerated() {
                guard let earlier, !deposit.call.agrees(mine: rank, with: earlier.call, of: other) else { continue }
                let calls = [(rank, deposit.call), (other, earlier.call)].sorted { $0.0 < $1.0 }
                state.mismatch = calls.map { "rank \($0.0) called \($0.1)" }.joined(separator: ", ")
            }
            if let mismatch = state.mismatch { throw CommunicationError.mismatch(mismatch) }
            deposits[rank] = deposit
            state.calls[number] = State.Call(deposits: deposits, collected: state.calls[number]?.collected ?? 0)
        }
    }

    /// All ranks' deposits of call `number`, in rank order, or nil while some are missing; throws when they will never come.
    func collect(call number: Int) throws -> [Deposit]? {
        try state.withLock { state in
            guard let call = state.calls[number] else { return nil }
            let deposits = call.deposits.compactMap(\.self)
            guard deposits.count == size else {
                try state.checkHope(for: call)
                return nil
            }
            state.calls[number]?.collected += 1
            if call.collected + 1 == size { state.calls[number] = nil }
            return deposits
        }
    }

    /// Leaves `note` for `rank`.
    func post(_ note: RankNote, to rank: Int) {
        state.withLock { $0.notes[rank].append(note) }
    }

    /// The oldest note that was left for `rank`, if any.
    func nextNote(for rank: Int) -> RankNote? {
        state.withLock { $0.notes[rank].isEmpty ? nil : $0.notes[rank].removeFirst() }
    }

    /// Notes that `rank` makes no more calls, because it returned or because of `error`.
    func leave(rank: Int, error: (any Error)?) {
        state.withLock { state in
            state.departed[rank] = true
            if let error, state.firstFailure == nil { state.firstFailure = (rank, error) }
        }
    }
}

private struct State {
    struct Call {
        var deposits: [ThreadWorld.Deposit?]
        var collected: Int
    }

    var calls: [Int: Call] = [:]
    var departed: [Bool]
    var notes: [[RankNote]]
    var firstFailure: (rank: Int, error: any Error)?
    var mismatch: String?

    /// Throws when a rank whose deposit is missing from `call` has gone.
    func checkHope(for call: Call) throws {
        if let mismatch { throw CommunicationError.mismatch(mismatch) }
        guard let gone = departed.indices.first(where: { departed[$0] && call.deposits[$0] == nil }) else { return }
        if let firstFailure { throw CommunicationError.peerFailed(rank: firstFailure.rank) }
        let name = call.deposits.compactMap(\.self).first.map { "\($0.call)" } ?? "an operation"
        throw CommunicationError.mismatch("rank \(gone) has returned, another rank called \(name)")
    }
}
