import Communication

extension Requirement {
    /// Every collective, with every element type, several lengths and uneven counts.
    static let collectives = [
        Requirement("broadcast_fromEveryRoot_givesTheRootsValues") { communicator, findings in
            for type in elementTypes { try checkBroadcast(type, communicator, findings) }
        },
        Requirement("allReduce_sumMinimumMaximum_matchClosedForms") { communicator, findings in
            for type in elementTypes { try checkAllReduce(type, communicator, findings) }
        },
        Requirement("allGather_unevenAndZeroCounts_joinsInRankOrder") { communicator, findings in
            for type in elementTypes { try checkAllGather(type, communicator, findings) }
        },
        Requirement("allGather_nothingFromAnyRank_isEmpty") { communicator, findings in
            findings.expect(
                try communicator.allGather([Float]()), equals: Array(repeating: [], count: communicator.size),
                "what was gathered of nothing")
        },
        Requirement("allToAll_unevenAndZeroCounts_deliversEachBlock") { communicator, findings in
            for type in elementTypes { try checkAllToAll(type, communicator, findings) }
        },
    ]
}

private func checkBroadcast<Element: TestElement>(
    _ type: Element.Type, _ communicator: any Communicator, _ findings: Findings
) throws {
    for root in 0..<communicator.size {
        // Long ones from one root only: they are what the check's time goes into.
        for length in root == 0 ? lengths : [7] {
            var values = elements(type, length) { communicator.rank + $0 % 100 }
            try communicator.broadcast(&values, root: root)
            let expected = elements(type, length) { root + $0 % 100 }
            findings.expect(values, equals: expected, "a broadcast of \(length) \(type) from \(root)")
        }
    }
}

private func checkAllReduce<Element: TestElement>(
    _ type: Element.Type, _ communicator: any Communicator, _ findings: Findings
) throws {
    let size = communicator.size
    for length in lengths {
        // Element i of rank r is (r + 1)(i mod 5 + 1): the sum over the ranks is (i mod 5 + 1) · size · (size + 1) / 2.
        let mine = elements(type, length) { (communicator.rank + 1) * ($0 % 5 + 1) }
        let cases: [(Reduction, Int)] = [(.sum, size * (size + 1) / 2), (.minimum, 1), (.maximum, size)]
        for (reduction, factor) in cases {
            let reduced = try communicator.allReduce(mine, reduction)
            let expected = elements(type, length) { factor * ($0 % 5 + 1) }
            findings.expect(reduced, equals: expected, "the \(reduction) of \(length) \(type)")
        }
        let unchanged = elements(type, length) { (communicator.rank + 1) * ($0 % 5 + 1) }
        findings.expect(mine, equals: unchanged, "what was sent")
    }
}

private func checkAllGather<Element: TestElement>(
    _ type: Element.Type, _ communicator: any Communicator, _ findings: Findings
) throws {
    // Rank r has (r mod 3) · 7 elements: the first rank, and every third, has none.
    func contribution(_ rank: Int) -> [Element] { elements(type, rank % 3 * 7) { rank * 8 + $0 } }
    let gathered = try communicator.allGather(contribution(communicator.rank))
    findings.expect(gathered, equals: (0..<communicator.size).map(contribution), "the parts gathered as \(type)")
}

private func checkAllToAll<Element: TestElement>(
    _ type: Element.Type, _ communicator: any Communicator, _ findings: Findings
) throws {
    // Rank s sends (s + 2t) mod 3 elements to rank t.
    func block(_ source: Int, _ target: Int) -> [Element] {
        elements(type, (source + 2 * target) % 3) { source * 16 + target * 2 + $0 }
    }
    let ranks = 0..<communicator.size
    let outgoing = ranks.map { block(communicator.rank, $0) }
    let expected = ranks.map { block($0, communicator.rank) }
    var receive = Array(repeating: Element.zero, count: expected.joined().count)
    try Array(outgoing.joined()).withUnsafeBufferPointer { send in
        try receive.withUnsafeMutableBufferPointer {
            try communicator.allToAll(send, counts: outgoing.map(\.count), into: $0, counts: expected.map(\.count))
        }
    }
    findings.expect(receive, equals: Array(expected.joined()), "the blocks received as \(type)")
}
