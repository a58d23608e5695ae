extension Templates {
    static let launchRows = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <div class="scroll" tabindex="0" role="region" aria-label="Launches"><table class="stack">
        <thead><tr><th scope="col">State</th><th scope="col">Launch</th><th scope="col">Pool</th><th scope="col">Profile</th><th scope="col">Pipeline, run and job</th><th scope="col">Why</th><th scope="col">Made (UTC)</th><th scope="col">In this state</th></tr></thead>
        <tbody>
        {{#launches}}<tr><td><span class="state {{state}}">{{state}}</span></td><td><a class="id" href="/launches/{{id}}">{{id}}</a></td><td class="short" data-label="Pool">{{pool}}</td><td class="short" data-label="Profile">{{profile}}</td><td class="text">{{origin}}</td><td class="text" data-label="Why">{{why}}</td><td class="time" data-label="Made"><time datetime="{{made.iso}}" title="{{made.iso}}">{{made.short}}</time></td><td class="time" data-label="In this state"><time datetime="{{since.iso}}" title="{{since.iso}}">{{since.age}}</time></td></tr>
        {{/launches}}
        </tbody></table></div>
        """

    static let launches = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>Launches</h1>
        {{#problem}}<p class="notice problem" role="alert"><strong class="bad">There is no such list.</strong> {{.}}</p>{{/problem}}
        <form class="filter" method="get" action="/launches" role="search" aria-label="Filter the launches">
        <label>State <select name="state">{{#states}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/states}}</select></label>
        <label>Outcome <select name="outcome">{{#outcomes}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/outcomes}}</select></label>
        <label>Pool <select name="pool">{{#pools}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/pools}}</select></label>
        {{#fields}}<label>{{label}} <input name="{{name}}" value="{{value}}" placeholder="{{hint}}" maxlength="300"></label>
        {{/fields}}
        <button>Show</button> {{#isFiltered}}<a href="/launches">All</a>{{/isFiltered}}
        </form>
        <div{{#frame.live}} data-live="{{.}}"{{/frame.live}}>
        {{#unreadable}}<p class="notice"><strong class="bad">Can't be read:</strong> {{.}}. Run <code>slipway ledger verify</code>, and the version that wrote them, or restore a backup.</p>{{/unreadable}}
        {{^problem}}{{^hasRows}}<p class="soft">{{empty}}</p>{{/hasRows}}{{/problem}}
        {{#decisionsHref}}<p><a href="{{{.}}}">What was decided on this job request</a></p>{{/decisionsHref}}
        {{#hasRows}}{{> launchrows}}{{/hasRows}}
        {{> paging}}
        </div>
        {{/content}}{{/layout}}
        """

    static let launch = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        {{> done}}
        <div{{#frame.live}} data-live="{{.}}"{{/frame.live}}>
        <h1>Launch <span class="id">{{id}}</span></h1>
        <p><span class="state {{state}}">{{state}}</span> <span class="soft">since <time datetime="{{since.iso}}" title="{{since.iso}}">{{since.stated}}</time>, {{since.age}}</span></p>
        <p>{{why}}</p>
        {{#orders}}{{> orders}}{{/orders}}
        <section aria-labelledby="time"><h2 id="time">Its time</h2>
        <p class="soft small">{{beginning}}: {{whole}}. Bars are to scale.</p>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="time"><table class="times">
        <thead><tr><th scope="col">Stage</th><th scope="col" aria-hidden="true"></th><th scope="col" class="number">Length</th><th scope="col">From (UTC)</th><th scope="col">To (UTC)</th></tr></thead>
        <tbody>
        {{#stages}}<tr><th scope="row">{{name}}</th><td class="picture"><svg class="gantt" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="{{name}}: {{length}} of {{whole}}"><rect class="stage-{{style}}" x="{{x}}" y="0" width="{{width}}" height="10"/></svg></td><td class="number">{{length}}</td><td class="time"><time datetime="{{from.iso}}" title="{{from.iso}}">{{from.short}}</time></td><td class="time">{{to}}</td></tr>
        {{/stages}}
        </tbody></table></div></section>
        <div class="columns">
        <section aria-labelledby="whom"><h2 id="whom">{{forWhomTitle}}</h2>
        <dl class="facts">{{#forWhom}}<dt>{{name}}</dt><dd>{{#isLink}}<a href="{{{href}}}">{{value}}</a>{{/isLink}}{{^isLink}}{{value}}{{/isLink}}</dd>
        {{/forWhom}}</dl></section>
        {{#hasRan}}<section aria-labelledby="ran"><h2 id="ran">Ran</h2>
        <dl class="facts">{{#ran}}<dt>{{name}}</dt><dd>{{#isLink}}<a href="{{{href}}}">{{value}}</a>{{/isLink}}{{^isLink}}{{value}}{{/isLink}}</dd>
        {{/ran}}</dl></section>{{/hasRan}}
        <section aria-labelledby="agent"><h2 id="agent">Agent and agent task</h2>
        <dl class="facts">{{#agent}}<dt>{{name}}</dt><dd>{{#isLink}}<a href="{{{href}}}">{{value}}</a>{{/isLink}}{{^isLink}}{{value}}{{/isLink}}</dd>
        {{/agent}}</dl></section>
        </div>
        {{#hasDecisions}}
        <section aria-labelledby="decisions"><h2 id="decisions">Decisions on its job request</h2>
        {{#decisions}}{{> records}}{{/decisions}}</section>
        {{/hasDecisions}}
        {{#touched}}
        <section aria-labelledby="{{id}}"><h2 id="{{id}}">{{title}}</h2>
        {{#isUnreadable}}<p class="bad">They can't be read; the server's log says why.</p>{{/isUnreadable}}
        {{^isUnreadable}}{{> deliveryrows}}{{/isUnreadable}}</section>
        {{/touched}}
        <section aria-labelledby="ledger"><h2 id="ledger">Ledger</h2>
        {{#records}}{{#isEmpty}}<p class="soft">The ledger has no record of it.</p>{{/isEmpty}}
        {{> records}}{{/records}}
        </section>
        </div>
        {{/content}}{{/layout}}
        """

    static let records = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{#isUnreadable}}<p class="bad">They can't be read; the server's log says why.</p>{{/isUnreadable}}
        {{#olderHref}}<p class="small">The newest {{count}}. <a href="{{{.}}}">All of them</a></p>{{/olderHref}}
        <ol class="story">
        {{#rows}}<li><p><strong{{#style}} class="{{style}}"{{/style}}>{{kind}}</strong> <span class="soft small">{{#at}}<time datetime="{{iso}}" title="{{iso}}">{{stated}}</time>, {{/at}}record {{sequence}}</span></p>
        <dl class="facts small">{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/facts}}</dl></li>
        {{/rows}}
        </ol>
        """

    static let orders = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <details class="orders" id="orders"><summary>Operate</summary>
        {{#canStop}}<form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{forms.token}}"><input type="hidden" name="back" value="{{forms.back}}"><input type="hidden" name="launch" value="{{id}}"><label>Reason <input name="reason" maxlength="500"></label><button name="action" value="stop">Stop it</button></form>{{/canStop}}
        {{#canForce}}<p class="small">Its agent may have a job, which is lost if it is stopped by force.</p>
        <form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{forms.token}}"><input type="hidden" name="back" value="{{forms.back}}"><input type="hidden" name="launch" value="{{id}}"><label>Reason <input name="reason" maxlength="500" required></label><button name="action" value="force" class="danger">Stop it by force</button></form>{{/canForce}}
        {{#canRetry}}<form class="order" method="post" action="/operate"><input type="hidden" name="form" value="{{forms.token}}"><input type="hidden" name="back" value="{{forms.back}}"><input type="hidden" name="launch" value="{{id}}"><label>Reason <input name="reason" maxlength="500"></label><button name="action" value="retry">Try its job request again</button></form>{{/canRetry}}
        </details>
        """
}
