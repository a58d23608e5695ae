internal import Foundation
internal import SlipwayCore

extension Timestamp {
    init(_ date: Date) {
        self.init(milliseconds: Int64(date.timeIntervalSince1970 * 1_000))
    }
}
