extension Templates {
    static let overview = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        {{> done}}
        <div data-live="ticking">
        <h1>Overview</h1>
        {{#hasProblems}}
        <section class="notice problem" aria-label="Not ready"><strong class="bad">Not ready.</strong>
        <ul>{{#problems}}<li>{{name}}: {{reason}}</li>{{/problems}}</ul></section>
        {{/hasProblems}}
        {{#isDrained}}
        <section class="notice" aria-label="Drained"><strong>Drained:</strong> {{drained}}
        {{#forms}}<form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{token}}"><input type="hidden" name="back" value="{{back}}"><button name="action" value="resume">Resume</button></form>{{/forms}}</section>
        {{/isDrained}}
        {{#hasNotes}}
        <section class="notice" aria-label="Notes"><strong>{{notesTitle}}</strong>
        <ul>{{#notes}}<li>{{name}}: {{reason}}</li>{{/notes}}</ul></section>
        {{/hasNotes}}
        {{#incomplete}}<p class="notice">{{.}}</p>{{/incomplete}}
        <ul class="tiles" aria-label="Jobs and agents now">
        {{#tiles}}<li><span class="value {{style}}">{{value}}</span><span class="name">{{name}}</span></li>
        {{/tiles}}
        </ul>
        {{> pools}}
        {{#hasWaiting}}
        <h2 id="waiting">Jobs that wait</h2>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="waiting"><table class="stack">
        <thead><tr><th scope="col">Job request</th><th scope="col">Pipeline, run and job</th><th scope="col">Pool</th><th scope="col">Profile</th><th scope="col">Since</th><th scope="col">Why</th></tr></thead>
        <tbody>
        {{#waiting}}<tr><td data-label="Job request"><a href="{{{launchesHref}}}">{{request}}</a></td><td class="text">{{origin}}</td><td class="short" data-label="Pool">{{pool}}</td><td class="short" data-label="Profile">{{profile}}</td><td class="time" data-label="Since">{{#queued}}<time datetime="{{iso}}" title="{{iso}}">{{age}}</time>{{/queued}}</td><td class="text"><span class="state {{decision}}">{{decision}}</span> {{reason}}</td></tr>
        {{/waiting}}
        </tbody></table></div>
        {{#waitingMore}}<p class="soft small">And {{.}} more.</p>{{/waitingMore}}
        {{/hasWaiting}}
        <div class="columns">
        <section aria-labelledby="flow"><h2 id="flow">Launches</h2>
        {{^hasStore}}<p class="bad">The store can't be read: how it went isn't known at the moment.</p>{{/hasStore}}
        {{#hasStore}}
        <p><strong class="count">{{made}}</strong> in the last hour, <strong class="count">{{madeInDay}}</strong> in the last day.
        {{#spark}}<svg class="spark" viewBox="0 0 600 40" preserveAspectRatio="none" role="img" aria-label="{{text}}">{{#bars}}<rect x="{{x}}" y="{{y}}" width="8" height="{{height}}"/>{{/bars}}</svg>{{/spark}}</p>
        <p class="small">Ended in the last day: {{#outcomes}}<span class="state {{name}}">{{name}}</span> <span class="count">{{value}}</span> {{/outcomes}}</p>
        {{#hasPhases}}
        <div class="scroll" tabindex="0" role="region" aria-label="Time of each stage"><table class="stack">
        <thead><tr><th scope="col">Stage</th><th scope="col" class="number">last hour, p50 · p95</th><th scope="col" class="number">last day, p50 · p95</th></tr></thead>
        <tbody>
        {{#phases}}<tr><th scope="row">{{name}}</th><td class="number" data-label="Last hour, p50 · p95">{{hour}}</td><td class="number" data-label="Last day, p50 · p95">{{day}}</td></tr>
        {{/phases}}
        </tbody></table></div>
        {{/hasPhases}}
        {{/hasStore}}
        </section>
        <section aria-labelledby="failures"><h2 id="failures">Failures of the last day</h2>
        {{^hasStore}}<p class="bad">The store can't be read.</p>{{/hasStore}}
        {{#hasStore}}{{^hasFailures}}<p class="soft">None.</p>{{/hasFailures}}{{/hasStore}}
        {{#hasFailures}}
        <div class="scroll" tabindex="0" role="region" aria-labelledby="failures"><table class="stack">
        <thead><tr><th scope="col" class="number">Launches</th><th scope="col">Reason</th><th scope="col">Latest</th></tr></thead>
        <tbody>
        {{#failures}}<tr><td class="number" data-label="Launches">{{count}}</td><td class="text">{{reason}}</td><td class="time" data-label="Latest"><a href="/launches/{{launch}}" title="{{launch}}">{{at.age}} ago</a></td></tr>
        {{/failures}}
        {{#otherFailures}}<tr><td class="number" data-label="Launches">{{.}}</td><td class="text">other reasons</td><td></td></tr>{{/otherFailures}}
        </tbody></table></div>
        {{#failuresNote}}<p class="soft small">{{.}}</p>{{/failuresNote}}
        {{/hasFailures}}
        </section>
        </div>
        <section aria-labelledby="services"><h2 id="services">Services and credentials</h2>
        <dl class="facts">{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>
        {{/facts}}</dl>
        {{#canDrain}}{{#forms}}
        <details class="orders" id="drain"><summary>Drain</summary>
        <p class="soft small">No new launches in any pool until it is resumed, over restarts too. What is under way goes on.</p>
        <form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{token}}"><input type="hidden" name="back" value="{{back}}"><label>Reason <input name="reason" maxlength="500"></label><button name="action" value="drain" class="danger">Drain</button></form></details>
        {{/forms}}{{/canDrain}}
        </section>
        <h2 id="latest">Latest launches</h2>
        {{^hasStore}}<p class="bad">The store can't be read.</p>{{/hasStore}}
        {{#hasStore}}{{^hasLaunches}}<p class="soft">None yet. A job that waits in a pool makes one.</p>{{/hasLaunches}}{{/hasStore}}
        {{#hasLaunches}}{{> launchrows}}<p><a href="/launches">All launches</a></p>{{/hasLaunches}}
        </div>
        {{/content}}{{/layout}}
        """

    static let pools = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <h2 id="pools">Pools</h2>
        {{^hasPools}}<p class="soft">The engine tells of none.</p>{{/hasPools}}
        {{#hasPools}}
        <div class="scroll" tabindex="0" role="region" aria-labelledby="pools"><table class="stack">
        <thead><tr><th scope="col">Pool and profile</th><th scope="col" class="number">waiting</th><th scope="col" class="number">starting</th><th scope="col" class="number">online</th><th scope="col" class="number">busy</th><th scope="col" class="number">leaving</th><th scope="col" class="number">at most</th><th scope="col">Placements</th><th scope="col">State</th></tr></thead>
        {{#pools}}
        <tbody>
        <tr><th scope="rowgroup" colspan="9">{{#isLink}}<a href="{{{href}}}">{{name}}</a>{{/isLink}}{{^isLink}}{{name}}{{/isLink}}
        <span class="soft small">{{#read}}read <time datetime="{{iso}}">{{age}}</time> ago{{/read}}{{^read}}not read yet{{/read}}</span>
        {{#problem}}<br><span class="bad small">{{.}}</span>{{/problem}}</th></tr>
        {{#profiles}}<tr><th scope="row"><a href="{{{launchesHref}}}">{{name}}</a></th><td class="number" data-label="waiting">{{waiting}}</td><td class="number" data-label="starting">{{starting}}</td><td class="number" data-label="online">{{online}}{{#warm}} <span class="small">of {{.}} warm</span>{{/warm}}</td><td class="number" data-label="busy">{{busy}}</td><td class="number" data-label="leaving">{{leaving}}</td><td class="number" data-label="at most">{{maximum}}</td><td class="small" data-label="Placements">{{#rungs}}<span class="short {{#isLeftOut}}leftOut{{/isLeftOut}}">{{name}}{{#leftOut}} (left out, again {{.}}){{/leftOut}}</span> {{/rungs}}</td><td>{{#isPaused}}<span class="state paused">paused</span> <span class="small">{{paused}}</span>{{/isPaused}}
        {{#forms}}<form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{token}}"><input type="hidden" name="back" value="{{back}}"><input type="hidden" name="pool" value="{{pool}}"><input type="hidden" name="profile" value="{{name}}">{{#isPaused}}<button name="action" value="resumeProfile" aria-label="Resume {{name}}">Resume</button>{{/isPaused}}{{^isPaused}}<button name="action" value="pauseProfile" aria-label="Pause {{name}}">Pause</button>{{/isPaused}}</form>{{/forms}}</td></tr>
        {{/profiles}}
        </tbody>
        {{/pools}}
        </table></div>
        {{/hasPools}}
        """
}
