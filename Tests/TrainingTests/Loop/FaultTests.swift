import Testing

@testable import Training

@Suite struct FaultTests {
    @Test func fault_wellWritten_isRead() throws {
        let fault = try Fault("slow:data:1:5")
        #expect(fault.kind == .slow && fault.phase == .data && fault.rank == 1 && fault.step == 5)
    }

    @Test(arguments: ["", "fail:data:1", "break:data:1:5", "fail:lunch:1:5", "fail:data:one:5", "fail:data:1:5:6"])
    func fault_badlyWritten_isRefused(_ text: String) {
        #expect(throws: FaultError.notAFault) { try Fault(text) }
    }

    @Test(arguments: ["fail:waiting:1:5", "hang:setUp:1:5", "slow:checkpoint:1:5", "nan:optimizer:1:5"])
    func fault_inAPhaseThatNeverMeetsIt_isRefused(_ text: String) throws {
        let error = #expect(throws: FaultError.self) { try Fault(text) }
        guard case .neverMet? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func faultError_inWords_namesThePhases() {
        let error = FaultError.neverMet("slow", ["data", "forward"])
        #expect("\(error)" == "A fault of the kind 'slow' can only be met in data, forward.")
    }
}
