extension Templates {
    static let deliveryRows = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <div class="scroll" tabindex="0" role="region" aria-label="Deliveries"><table class="stack">
        <thead><tr><th scope="col" class="number">Number</th><th scope="col">Received (UTC)</th><th scope="col">Disposition</th><th scope="col">Told of</th><th scope="col">Detail</th><th scope="col">From</th></tr></thead>
        <tbody>
        {{#deliveries}}<tr><td class="number" data-label="Delivery"><a href="{{{recordHref}}}">{{number}}</a></td><td class="time" data-label="Received"><time datetime="{{at.iso}}" title="{{at.iso}}">{{at.short}}</time></td><td><span class="state {{disposition}}">{{disposition}}</span></td><td class="text">{{hint}}</td><td class="text">{{detail}}</td><td class="short" data-label="From">{{source}}</td></tr>
        {{/deliveries}}
        </tbody></table></div>
        """

    static let deliveries = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>Deliveries</h1>
        <form class="filter" method="get" action="/deliveries" role="search" aria-label="Filter the deliveries">
        <label>Disposition <select name="disposition">{{#dispositions}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/dispositions}}</select></label>
        <button>Show</button> {{#isFiltered}}<a href="/deliveries">All</a>{{/isFiltered}}
        </form>
        <div{{#frame.live}} data-live="{{.}}"{{/frame.live}}>
        {{^hasRows}}<p class="soft">{{#isFiltered}}No delivery is like that.{{/isFiltered}}{{^isFiltered}}None yet. Azure DevOps has not called.{{/isFiltered}}</p>{{/hasRows}}
        {{#hasRows}}{{> deliveryrows}}{{/hasRows}}
        {{> paging}}
        </div>
        {{/content}}{{/layout}}
        """

    static let ledger = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>Ledger</h1>
        <form class="filter" method="get" action="/ledger" role="search" aria-label="Filter the records">
        <label>Subject <input name="subject" value="{{subject}}" placeholder="request-4711" maxlength="300"></label>
        <button>Show</button> {{#isFiltered}}<a href="/ledger">All</a>{{/isFiltered}}
        </form>
        <div{{#frame.live}} data-live="{{.}}"{{/frame.live}}>
        {{^hasRows}}<p class="soft">{{#isFiltered}}No record is about that.{{/isFiltered}}{{^isFiltered}}It is empty.{{/isFiltered}}</p>{{/hasRows}}
        {{#hasRows}}
        <div class="scroll" tabindex="0" role="region" aria-label="Records"><table class="stack">
        <thead><tr><th scope="col" class="number">Record</th><th scope="col">At (UTC)</th><th scope="col">Kind</th><th scope="col">About</th><th scope="col">Facts</th><th scope="col">Hash</th></tr></thead>
        <tbody>
        {{#rows}}<tr><td class="number" data-label="Record">{{sequence}}</td><td class="time" data-label="At">{{#at}}<time datetime="{{iso}}" title="{{iso}}">{{short}}</time>{{/at}}</td><td class="short {{style}}">{{kind}}</td><td class="text" data-label="About">{{#subjectHref}}<a href="{{{.}}}">{{subject}}</a>{{/subjectHref}}</td><td class="text small">{{#facts}}<span class="soft">{{name}}</span> {{value}} {{/facts}}</td><td class="short" data-label="Hash">{{#hash}}<code>{{.}}</code>{{/hash}}</td></tr>
        {{/rows}}
        </tbody></table></div>
        {{/hasRows}}
        {{> paging}}
        </div>
        {{/content}}{{/layout}}
        """
}
