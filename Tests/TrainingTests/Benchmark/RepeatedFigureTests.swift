import Testing

@testable import Training

@Suite struct RepeatedFigureTests {
    @Test(
        arguments: [
            ([], 0), ([7], 7), ([3, 1], 2), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5), ([1, 1, 1, 100], 1),
        ] as [([Double], Double)])
    func median_ofAnyNumber_isTheMiddle(values: [Double], median: Double) {
        #expect(RepeatedFigure(values).median == median)
    }

    @Test func spread_ofValues_isTheirRangeOverTheMedian() {
        #expect(RepeatedFigure([9, 10, 12]).spread == 0.3)
        #expect(RepeatedFigure([5]).spread == 0)
        #expect(RepeatedFigure().spread == 0)
    }

    @Test func middleSpread_withAnOutlier_isThatOfTheOthers() {
        let steady = RepeatedFigure([10, 10, 10, 10, 1])
        #expect(steady.middleSpread == 0)
        #expect(steady.spread == 0.9)
        #expect(RepeatedFigure([8, 9, 10, 11, 12]).middleSpread == 0.2)
    }

    @Test func indexOfMedian_ofAnEvenNumber_isTheLowerOfTwo() {
        #expect(RepeatedFigure([40, 10, 30, 20]).indexOfMedian == 3)
        #expect(RepeatedFigure([1]).indexOfMedian == 0)
        #expect(RepeatedFigure().indexOfMedian == nil)
    }

    @Test func pairwise_withADriftingClock_seesNoDrift() {
        let one = RepeatedFigure([100, 70, 90])
        let two = RepeatedFigure([200, 140, 180])
        #expect(two.pairwise(over: one).values == [2, 2, 2])
    }
}
