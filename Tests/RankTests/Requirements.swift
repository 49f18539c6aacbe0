import Communication
import CommunicatorRequirements
import MPI

/// Runs the requirements of every communicator and those of MPI's alone; rank 0 prints a line for each.
func checkRequirements(of world: MPICommunicator) throws -> Int {
    // A check that goes wrong on one rank must not leave the others waiting.
    world.waitPolicy.abortSeconds = 60
    if world.rank == 0 { print("\(MPIRuntime.libraryVersion), ranks: \(world.size)") }
    var results: [Bool] = []
    for requirement in Requirement.all {
        results.append(try report(requirement.name, requirement.findings(on: world), world))
    }
    results.append(try report("mpiError_wrongRoot_namesCallAndRank", findingsOfWrongRoot(world), world))
    results.append(try report("libraryVersion_asked_isOneLine", findingsOfLibraryVersion(world), world))
    let failureCount = results.count { !$0 }
    if world.rank == 0 { print("\(results.count - failureCount) passed, \(failureCount) failed") }
    return failureCount
}

// Collective: all ranks must reach this.
/// Prints the outcome of one check over all ranks; true if none found anything.
private func report(_ name: String, _ findings: [String], _ world: MPICommunicator) throws -> Bool {
    let all = try world.allGather(findings.joined(separator: "\n")).filter { !$0.isEmpty }
    if world.rank == 0 { print(([all.isEmpty ? "passed \(name)" : "FAILED \(name)"] + all).joined(separator: "\n")) }
    return all.isEmpty
}

private func findingsOfWrongRoot(_ world: MPICommunicator, file: StaticString = #fileID, line: UInt = #line) -> [String]
{
    var values: [Float] = [0]
    do {
        try world.broadcast(&values, root: world.size)
        return ["\(file):\(line): rank \(world.rank): a broadcast from rank \(world.size) of \(world.size) succeeded."]
    } catch {
        let sentence = "\(error)"
        let start = "MPI_Ibcast failed on rank \(world.rank) with code "
        let isRight = sentence.hasPrefix(start) && sentence.contains("root") && error is MPIError
        return isRight ? [] : ["\(file):\(line): rank \(world.rank): the error is “\(sentence)”, expected “\(start)…”."]
    }
}

private func findingsOfLibraryVersion(
    _ world: MPICommunicator, file: StaticString = #fileID, line: UInt = #line
) -> [String] {
    let version = MPIRuntime.libraryVersion
    let isRight = version.contains(where: \.isNumber) && !version.contains(where: \.isNewline)
    return isRight ? [] : ["\(file):\(line): rank \(world.rank): the library's version is “\(version)”."]
}
