import Synchronization
import TensorCore

/// Looks for what is infinite or not a number, with the threads of a team. Looking allocates nothing.
final class FiniteCheck {
    private let team: ThreadTeam
    private var storage: FlatStorage?
    private let areFinite = Atomic(true)
    private lazy var look: (Range<Int>) -> Void = { [unowned self] part in
        if let storage, !Kernels.areFinite(storage[part]) { areFinite.store(false, ordering: .relaxed) }
    }

    init(_ team: ThreadTeam) {
        self.team = team
    }

    /// Whether all numbers of `storage` are finite.
    func passes(_ storage: FlatStorage) -> Bool {
        self.storage = storage
        areFinite.store(true, ordering: .relaxed)
        team.forEachPart(of: 0..<storage.count, look)
        return areFinite.load(ordering: .relaxed)
    }
}
