import Communication
import Foundation
import MPI

/// What one start of RankTests does.
enum Scenario {
    case requirements
    case throwOnRank(Int)
    case exitOnRank(Int)
    case stallOnRank(Int)

    init(_ arguments: ArraySlice<String>) throws {
        let rank = arguments.dropFirst().first.flatMap { Int($0) }
        switch (arguments.first, rank) {
        case (nil, _), ("single", nil): self = .requirements
        case ("throw-on-rank", let rank?): self = .throwOnRank(rank)
        case ("exit-on-rank", let rank?): self = .exitOnRank(rank)
        case ("stall-on-rank", let rank?): self = .stallOnRank(rank)
        default: throw ScenarioError.unknown(arguments.joined(separator: " "))
        }
    }

    /// Runs the scenario on this rank and returns how many checks failed on any rank.
    func run(on world: MPICommunicator) throws -> Int {
        switch self {
        case .requirements: return try checkRequirements(of: world)
        case .throwOnRank(world.rank): throw ScenarioError.onPurpose
        case .exitOnRank(world.rank): exit(3)
        case .stallOnRank(world.rank): sleep(60)
        case .stallOnRank:
            world.waitPolicy.warningSeconds = 0.5
            world.waitPolicy.abortSeconds = 1
            world.waitPolicy.report = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
        case .throwOnRank, .exitOnRank: break
        }
        try world.barrier()
        return 0
    }
}

enum ScenarioError: Error, CustomStringConvertible {
    case onPurpose
    case unknown(String)

    var description: String {
        switch self {
        case .onPurpose: "This rank throws on purpose."
        case .unknown(let text): "RankTests knows no scenario “\(text)”."
        }
    }
}
