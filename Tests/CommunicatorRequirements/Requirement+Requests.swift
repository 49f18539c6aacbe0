import Communication

extension Requirement {
    /// What holds for requests, whatever the operation.
    static let requests = [
        Requirement("requests_severalInFlight_completeInAnyOrder") { communicator, findings in
            for waitsBackwards in [false, true] {
                let flight = Flight(round: 1, on: communicator)
                let requests = try flight.start(on: communicator)
                for request in waitsBackwards ? requests.reversed() : requests { try communicator.wait(request) }
                flight.check(on: communicator, findings)
            }
        },
        Requirement("requests_manyRounds_reuseTheirPlacesWithoutMixing") { communicator, findings in
            for round in 0..<50 {
                let flights = [Flight(round: round, on: communicator), Flight(round: round + 1, on: communicator)]
                let requests = try flights.map { try $0.start(on: communicator) }
                for request in requests.joined().reversed() { try communicator.wait(request) }
                for flight in flights { flight.check(on: communicator, findings) }
            }
        },
        Requirement("request_onceComplete_staysComplete") { communicator, findings in
            let request = try communicator.startBarrier()
            try communicator.wait(request)
            findings.expect(try communicator.isComplete(request), equals: true, "a spent request")
        },
    ]
}

/// One of each collective, under way together; the counts change with the round.
private final class Flight {
    private let round: Int
    private let counts: [Int]
    private let one: UnsafeMutableBufferPointer<Float>
    private let sum: UnsafeMutableBufferPointer<Float>
    private let shared: UnsafeMutableBufferPointer<Int64>
    private let mine: UnsafeMutableBufferPointer<Int32>
    private let joined: UnsafeMutableBufferPointer<Int32>
    private let outgoing: UnsafeMutableBufferPointer<UInt8>
    private let incoming: UnsafeMutableBufferPointer<UInt8>

    init(round: Int, on communicator: any Communicator) {
        let (rank, size) = (communicator.rank, communicator.size)
        self.round = round
        counts = (0..<size).map { ($0 + round) % 4 }
        one = filled(1_000, with: Float(rank + round))
        sum = filled(1_000, with: -1)
        shared = filled(3, with: Int64(rank))
        mine = filled(counts[rank], with: Int32(rank * 100 + round))
        joined = filled(counts.reduce(0, +), with: -1)
        outgoing = filled(size, with: UInt8(rank + round))
        incoming = filled(size, with: 255)
    }

    deinit {
        for buffer in [one, sum] { buffer.deallocate() }
        for buffer in [mine, joined] { buffer.deallocate() }
        for buffer in [outgoing, incoming] { buffer.deallocate() }
        shared.deallocate()
    }

    func start(on communicator: any Communicator) throws -> [Request] {
        let ones = [Int](repeating: 1, count: communicator.size)
        return [
            try communicator.startAllReduce(UnsafeBufferPointer(one), into: sum, .sum),
            try communicator.startAllGather(UnsafeBufferPointer(mine), into: joined, counts: counts),
            try communicator.startBroadcast(shared, root: round % communicator.size),
            try communicator.startBarrier(),
            try communicator.startAllToAll(UnsafeBufferPointer(outgoing), counts: ones, into: incoming, counts: ones),
        ]
    }

    func check(on communicator: any Communicator, _ findings: Findings) {
        let size = communicator.size
        let total = Float(size * (size - 1) / 2 + size * round)
        findings.expect(Array(sum), equals: Array(repeating: total, count: 1_000), "the sum of round \(round)")
        findings.expect(
            Array(joined), equals: counts.enumerated().flatMap { Array(repeating: Int32($0 * 100 + round), count: $1) },
            "the parts gathered in round \(round)")
        findings.expect(
            Array(shared), equals: Array(repeating: Int64(round % size), count: 3), "the broadcast of round \(round)")
        findings.expect(
            Array(incoming), equals: (0..<size).map { UInt8($0 + round) }, "the blocks received in round \(round)")
    }
}

private func filled<Element>(_ count: Int, with value: Element) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    buffer.initialize(repeating: value)
    return buffer
}
