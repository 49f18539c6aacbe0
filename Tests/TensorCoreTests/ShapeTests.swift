import Testing

@testable import TensorCore

@Suite struct ShapeTests {
    @Test func shape_scalarEmptyAndBatch_haveTheirCounts() {
        #expect(Shape([]).count == 1)
        #expect(([3, 0, 2] as Shape).count == 0)
        #expect(([28, 28, 1] as Shape).prefixed(by: 5) == [5, 28, 28, 1])
        #expect("\([2, 3] as Shape)" == "[2, 3]")
    }

    @Test func shape_fromOneOrTwoNumbers_equalsItsLiteral() {
        #expect(Shape(0) == [0])
        #expect(Shape(3, 5) == [3, 5])
        #expect(Shape(3) != Shape(3, 1))
    }

    @Test(arguments: [-1, 1 << 31])
    func prefixed_byNoSize_stopsNamingIt(_ size: Int) async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [size] in
            _ = ([2, 3] as Shape).prefixed(by: size)
        }
        expectMessage(result, "A shape has axes of 0 to 2³¹-1 elements, not \(size) in front of [2, 3].")
    }

    @Test func shape_differentRanksOfOneCount_differ() {
        #expect(([4] as Shape) != [4, 1])
    }
}
