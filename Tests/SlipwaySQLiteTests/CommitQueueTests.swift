import Testing

@testable import SlipwaySQLite

@Suite("The queue of a group commit")
struct CommitQueueTests {
    @Test("The first operation wakes the driver, those during a batch wait, and the next batch takes them in order")
    func batches() {
        var queue = CommitQueue<Int>(maximumQueued: 10, maximumBatch: 10)
        #expect(queue.add(1) == .wake)
        #expect(queue.add(2) == .queued)
        #expect(queue.takeBatch() == [1, 2])
        #expect(queue.add(3) == .queued)
        #expect(queue.add(4) == .queued)
        let isMore1 = queue.batchEnded()
        #expect(isMore1)
        #expect(queue.takeBatch() == [3, 4])
        let isMore2 = queue.batchEnded()
        #expect(!isMore2)
        #expect(queue.add(5) == .wake)
    }

    @Test("A batch is bounded, and the rest goes into the following ones in order")
    func boundedBatch() {
        var queue = CommitQueue<Int>(maximumQueued: 10, maximumBatch: 3)
        for number in 1...8 { _ = queue.add(number) }
        #expect(queue.takeBatch() == [1, 2, 3])
        let isMore3 = queue.batchEnded()
        #expect(isMore3)
        #expect(queue.takeBatch() == [4, 5, 6])
        let isMore4 = queue.batchEnded()
        #expect(isMore4)
        #expect(queue.takeBatch() == [7, 8])
        let isMore5 = queue.batchEnded()
        #expect(!isMore5)
    }

    @Test("A full queue refuses, and admits again when a batch was taken")
    func full() {
        var queue = CommitQueue<Int>(maximumQueued: 2, maximumBatch: 1)
        #expect(queue.add(1) == .wake)
        #expect(queue.add(2) == .queued)
        #expect(queue.add(3) == .refusedFull)
        #expect(queue.takeBatch() == [1])
        #expect(queue.add(4) == .queued)
        #expect(queue.takeAll() == [2, 4])
    }

    @Test("Closing admits one last operation behind all others, also into a full queue, and only once")
    func closing() {
        var queue = CommitQueue<Int>(maximumQueued: 1, maximumBatch: 9)
        #expect(queue.add(1) == .wake)
        #expect(queue.close(with: 2) == .queued)
        #expect(queue.close(with: 3) == nil)
        #expect(queue.add(4) == .refusedClosed)
        #expect(queue.takeBatch() == [1, 2])
        var idle = CommitQueue<Int>(maximumQueued: 1, maximumBatch: 1)
        #expect(idle.close(with: 1) == .wake)
    }
}
