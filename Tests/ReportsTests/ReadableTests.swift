import Testing

@testable import Reports

struct ReadableTests {
    @Test(arguments: [
        (0.5123, "0.5123"), (2.302585, "2.3026"), (0, "0.0000"), (0.00005, "5.00e-05"), (18_819.148, "1.88e+04"),
        (-3.5, "-3.5000"), (.nan, "nan"), (.infinity, "inf"),
    ])
    func loss_ofAnySize_showsFourDecimalsOrAnExponent(_ value: Double, _ expected: String) {
        #expect(Readable.loss(value) == expected)
    }

    @Test(arguments: [
        (0, "     0 images/s"), (980, "   980 images/s"), (999.4, "   999 images/s"), (999.5, "1.00 k images/s"),
        (12_345, "12.3 k images/s"), (99_960, " 100 k images/s"), (999_499, " 999 k images/s"),
        (999_500, "1.00 M images/s"), (1_620_000, "1.62 M images/s"), (31_000_000, "31.0 M images/s"),
        (.infinity, "     - images/s"), (.nan, "     - images/s"),
    ])
    func imagesPerSecond_ofAnyRate_keepsThreeDigitsAndTheWidth(_ rate: Double, _ expected: String) {
        #expect(Readable.imagesPerSecond(rate) == expected)
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (0.44, "0.4 s"), (59.94, "59.9 s"), (60, "1:00"), (125, "2:05"), (3725, "1:02:05"),
        (.infinity, "-:--"),
    ])
    func duration_ofAnyLength_growsFromSecondsToAClock(_ seconds: Double, _ expected: String) {
        #expect(Readable.duration(seconds) == expected)
    }

    @Test(arguments: [(0, "0:00"), (3.2, "0:04"), (-1, "-:--"), (.nan, "-:--"), (1e300, "-:--")])
    func clock_ofAnyEstimate_roundsUpOrAdmitsNotToKnow(_ seconds: Double, _ expected: String) {
        #expect(Readable.clock(seconds) == expected)
    }

    @Test func count_ofFewAndMany_hasOneWidth() {
        #expect(Readable.count(3, of: 10) == " 3/10")
        #expect(Readable.count(10, of: 10) == "10/10")
        #expect(Readable.count(12, of: 5) == "12/5")
    }
}
