import ArgumentParser

/// Numbers from 1 to 1024 on the command line: "1,2,4".
struct NumberList: ExpressibleByArgument {
    let numbers: [Int]

    init(_ numbers: [Int]) {
        self.numbers = numbers
    }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.allSatisfy((1...1024).contains) else { return nil }
        guard Set(numbers).count == numbers.count else { return nil }
        self.numbers = numbers
    }

    var defaultValueDescription: String {
        numbers.map(String.init).joined(separator: ",")
    }
}
