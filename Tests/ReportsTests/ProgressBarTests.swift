import Testing

@testable import Reports

struct ProgressBarTests {
    private func progress(_ step: Int, of steps: Int = 200, remaining: Double? = 3.2) -> EpochProgress {
        EpochProgress(
            epoch: 3, epochs: 10, step: step, steps: steps, loss: 0.5123, imagesPerSecond: 1_620_000,
            remainingSeconds: remaining)
    }

    @Test func line_onEightyColumns_fillsThem() {
        let line = ProgressBar.line(progress(100), width: 80)
        #expect(line == "epoch  3/10 [=========>        ] 100/200  loss 0.5123  1.62 M images/s  ETA 0:04")
        #expect(line.count == 80)
    }

    @Test func line_onAWideTerminal_stopsTheBarAtForty() {
        #expect(
            ProgressBar.line(progress(100), width: 200)
                == "epoch  3/10 [===================>                  ] 100/200  loss 0.5123  1.62 M images/s  ETA 0:04"
        )
    }

    @Test(arguments: [
        (0, "[>                                     ]"), (1, "[>                                     ]"),
        (199, "[=====================================>]"), (200, "[======================================]"),
        (250, "[======================================]"), (-5, "[>                                     ]"),
    ])
    func line_atAnyStep_isFullOnlyAtTheEnd(_ step: Int, _ bar: String) {
        #expect(ProgressBar.line(progress(step), width: 120).contains(bar))
    }

    @Test func line_withoutAnEstimate_promisesNoEnd() {
        let line = ProgressBar.line(progress(0, remaining: nil), width: 120)
        #expect(line.hasSuffix("images/s"))
    }

    @Test func line_ofAnEpochWithoutSteps_doesNotDivideByZero() {
        #expect(ProgressBar.line(progress(0, of: 0), width: 80).hasPrefix("epoch  3/10 [>"))
    }

    @Test(arguments: [
        (60, "epoch  3/10  100/200  loss 0.5123  1.62 M images/s  ETA 0:04"),
        (59, "epoch  3/10  100/200  loss 0.5123  1.62 M images/s"),
        (40, "epoch  3/10  100/200  loss 0.5123"), (30, "epoch  3/10  100/200"), (12, "epoch  3/10"),
        (7, "epoch  "), (0, ""), (-1, ""),
    ])
    func line_onANarrowTerminal_dropsPartsFromTheRight(_ width: Int, _ expected: String) {
        #expect(ProgressBar.line(progress(100), width: width) == expected)
    }

    @Test func line_onAnyTerminal_isNeverWiderThanIt() {
        for width in 0...200 {
            #expect(ProgressBar.line(progress(100), width: width).count <= width)
        }
    }
}
