/// Whose job a launch is about, out of its body.
enum JobOriginSQL {
    /// `Launch.jobOrigin`: of the job that its agent took.
    static func extract(_ name: String) -> String {
        "json_extract(body, iif(json_type(body, '$.ranOrigin') IS NULL, '$.origin.\(name)', '$.ranOrigin.\(name)'))"
    }

    /// Of the job that it was made for, or else of the one that its agent took.
    static func made(_ name: String) -> String {
        "ifnull(json_extract(body, '$.origin.\(name)'), json_extract(body, '$.ranOrigin.\(name)'))"
    }
}
