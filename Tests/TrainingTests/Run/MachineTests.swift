import Testing

@testable import Training

struct MachineTests {
    @Test func cpuModel_inAnX86Description_isTheFirstModelName() {
        let text = "processor\t: 0\nmodel\t\t: 2\nmodel name\t: AMD EPYC: 9V74\nflags\t: a\n\nmodel name\t: other\n"
        #expect(Machine.cpuModel(in: text) == "AMD EPYC: 9V74")
    }

    @Test(arguments: ["", "processor : 0\nBogoMIPS : 243.75\n", "model name\n"])
    func cpuModel_inAnotherDescription_isUnknown(_ text: String) {
        #expect(Machine.cpuModel(in: text) == "unknown")
    }

    @Test func facts_ofThisHost_areKnown() {
        #expect(Machine.cLibraryVersion.hasPrefix("glibc 2."))
        #expect(!Machine.hostName.isEmpty && !Machine.hostName.contains("\0"))
    }
}
