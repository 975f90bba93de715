local template = import 'template.libsonnet';
function(count) { name: 'many', jobs: [template.job(i) for i in std.range(0, count - 1)] }
