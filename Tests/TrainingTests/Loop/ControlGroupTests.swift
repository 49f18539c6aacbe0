import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ControlGroupTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func group(_ membership: String, _ files: [String: String]) throws -> ControlGroup {
        for (file, text) in files {
            let parent = folder.path + "/" + file.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try folder.write(text, to: file)
        }
        return ControlGroup(membership: membership, root: folder.path)
    }

    @Test func limits_ofNestedGroups_areTheTightest() throws {
        let group = try group(
            "0::/slice/job/step\n",
            [
                "slice/job/step/cpu.max": "max 100000\n", "slice/job/cpu.max": "150000 100000\n",
                "slice/cpu.max": "400000 100000\n", "slice/job/step/memory.max": "max\n",
                "slice/job/memory.max": "2000000\n", "slice/memory.max": "1000000\n", "other/cpu.max": "1000 100000\n",
            ])
        #expect(group.processorQuota == 1.5)
        #expect(group.memoryLimit == 1_000_000)
    }

    @Test func limits_ofVersion1_areThoseOfTheControllersOwnPaths() throws {
        let group = try group(
            "5:memory:/job\n4:cpu,cpuacct:/docker/a:b\n3:cpuset:/\n",
            [
                "cpu/docker/a:b/cpu.cfs_quota_us": "250000\n", "cpu/docker/a:b/cpu.cfs_period_us": "100000\n",
                "cpu/job/cpu.cfs_quota_us": "1000\n", "cpu/job/cpu.cfs_period_us": "100000\n",
                "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": "9223372036854771712\n", "memory/job/memory.limit_in_bytes": "4096\n",
            ])
        #expect(group.processorQuota == 2.5)
        #expect(group.memoryLimit == 4096)
    }

    /// The path that a container reads may be the host's.
    @Test func limits_ofAGroupThatIsNotThere_areThoseAbove() throws {
        let group = try group("0::/docker/abc\n", ["cpu.max": "50000 100000\n", "memory.max": "8192\n"])
        #expect(group.processorQuota == 0.5)
        #expect(group.memoryLimit == 8192)
    }

    @Test(arguments: ["", "nonsense\n", "0::/\n"])
    func limits_whereNoneAreSet_areNone(membership: String) throws {
        let group = try group(membership, [:])
        #expect(group.processorQuota == nil && group.memoryLimit == nil)
    }

    @Test(arguments: [
        ("max 100000", nil), ("200000 100000", 2.0), ("150000 100000\n", 1.5), ("50000 100000", 0.5),
        ("-1 100000", nil),
        ("0 100000", nil), ("100000 0", nil), ("", nil), ("100000", nil), ("a b", nil), ("-1\n 100000\n", nil),
        ("200000\n 100000\n", 2.0),
    ])
    func quota_ofALine_isLimitOverPeriodOrNone(line: String, cores: Double?) {
        #expect(ControlGroup.quota(line) == cores)
    }
}
