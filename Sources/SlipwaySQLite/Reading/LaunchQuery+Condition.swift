internal import GRDB
internal import SlipwayCore

extension LaunchQuery {
    /// What the rows are found by, in an index that has them in the list's order. What else is asked for is tested on what
    /// that finds.
    ///
    /// SQLite can't know which of them is rare, and one that is common may lead through a million rows to none: so the rarest,
    /// as experience has it, is chosen here, and a plus keeps SQLite from choosing another.
    private enum Guide {
        /// By their ids: those of a run or of a job request are few.
        case ids
        case open
        case pipeline
        case outcome
        case project
        case profileOfPool
        case profile
        case pool
        case time
    }

    private var guide: Guide {
        if run != nil || request != nil { return .ids }
        if isOnlyOpen { return .open }
        if pipeline != nil { return .pipeline }
        if let outcome, outcome != .ran { return .outcome }
        if project != nil { return .project }
        if profile != nil { return pool == nil ? .profile : .profileOfPool }
        if pool != nil { return .pool }
        return outcome == nil ? .time : .outcome
    }

    private var isOnlyOpen: Bool {
        isOpen == true || (!states.isEmpty && !states.contains("closed"))
    }

    /// The condition and its arguments; every value is bound, none is spelled into the statement.
    func condition(after cursor: LaunchCursor?) -> (sql: String, arguments: StatementArguments) {
        var terms: [String] = []
        var arguments: StatementArguments = []
        let guide = guide
        func require(_ term: String, _ values: StatementArguments, by own: Guide...) {
            terms.append(own.contains(guide) ? term : "+" + term)
            arguments += values
        }
        // Not bound: the index over the open ones is known by this very term.
        if isOnlyOpen { terms.append(guide == .open ? "is_open = 1" : "+is_open = 1") }
        if isOpen == false { terms.append("+is_open = 0") }
        if let run { require("id IN (SELECT launch FROM launch_usage WHERE run = ?)", [run], by: .ids) }
        if let request {
            let made = """
                SELECT id FROM launches INDEXED BY launches_ordinal
                WHERE request IS NOT NULL AND pool IN (\(StoreReader.poolsSQL)) AND request = ?
                """
            require(
                "id IN (\(made) UNION ALL SELECT id FROM launches WHERE ran = ?)",
                [request.rawValue, request.rawValue],
                by: .ids)
        }
        if let pool { require("pool = ?", [pool.rawValue], by: .pool, .profileOfPool) }
        if let profile { require("profile = ?", [profile], by: .profile, .profileOfPool) }
        if let project { require("project = ?", [project], by: .project) }
        switch pipeline {
        case .id(let id): require("pipeline = ?", [id], by: .pipeline)
        case .name(let name): require("pipeline_name = ?", [name], by: .pipeline)
        case nil: break
        }
        if let outcome { require("outcome = ?", [outcome.rawValue], by: .outcome) }
        if !states.isEmpty {
            // There are eight states; what is beyond can name none.
            let names = states.sorted().prefix(LaunchRows.maximumListed)
            let marks = repeatElement("?", count: names.count).joined(separator: ",")
            require("state IN (\(marks))", StatementArguments(Array(names)))
        }
        if let since {
            terms.append("\(guide == .ids ? "+" : "")created_at >= ?")
            arguments += [since.milliseconds]
        }
        if let until {
            terms.append("\(guide == .ids ? "+" : "")created_at < ?")
            arguments += [until.milliseconds]
        }
        if let cursor {
            terms.append("(\(guide == .ids ? "+" : "")created_at, id) < (?, ?)")
            arguments += [cursor.createdAt.milliseconds, cursor.id.rawValue]
        }
        return (terms.isEmpty ? "TRUE" : terms.joined(separator: " AND "), arguments)
    }
}
