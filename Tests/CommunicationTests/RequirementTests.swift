import Communication
import CommunicatorRequirements
import Testing

@Suite struct RequirementTests {
    @Test(arguments: Requirement.all)
    func singleProcess_meetsTheRequirement(_ requirement: Requirement) throws {
        #expect(try requirement.findings(on: SingleProcessCommunicator()) == [])
    }

    @Test(arguments: Requirement.all, [1, 2, 3, 4, 8])
    func threads_meetTheRequirement(_ requirement: Requirement, size: Int) throws {
        let findings = try ThreadCommunicator.run(size: size) { try requirement.findings(on: $0) }
        #expect(findings == Array(repeating: [], count: size))
    }
}
