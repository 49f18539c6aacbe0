import Testing

@testable import TensorCore

@Suite struct OneDNNTests {
    /// Says which library the other tests ran on, for the logs of builds against several.
    @Test func version_libraryInUse_isOneTheShimIsWrittenFor() throws {
        let version = OneDNN.version
        print("oneDNN \(version), instruction set \(OneDNN.instructionSet)")
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        try #require(numbers.count == 3)
        #expect(numbers[0] == 3 || (numbers[0] == 2 && numbers[1] >= 6), "\(version)")
    }
}
