package Shop;

use v5.26;
use Mojo::Base 'Mojolicious', -signatures;

use DBI;
use Spreadsheet::ParseXLSX;
use Template;
use Try::Tiny;

our $VERSION = '0.10';

my $PAGE = <<'HTML';
<!doctype html>
<title>Prices</title>
<ul>
[% FOREACH item IN items %]<li title='[% item.name | html %]'>[% item.name | html %]: [% item.price %]</li>
[% END %]</ul>
HTML

# A shop that sells nothing: it reads a price list that a supplier sent and shows it as a page.
sub startup ($self) {
    $self->secrets([ $ENV{SHOP_SECRET} // die "SHOP_SECRET is not set\n" ]);
    $self->helper(db => sub { state $db = DBI->connect('dbi:Pg:dbname=shop', '', '', { RaiseError => 1 }) });

    my $r = $self->routes;
    $r->get('/')->to(cb => \&show_prices);
    $r->post('/prices')->to(cb => \&take_prices);
}

sub show_prices ($c) {
    my $rows = $c->db->selectall_arrayref('select name, price from item order by name', { Slice => {} });
    Template->new->process(\$PAGE, { items => $rows }, \my $page);
    $c->render(data => $page, format => 'html');
}

sub take_prices ($c) {
    my $rows = try { read_prices($c->req->upload('list')->slurp) } catch { undef };
    return $c->render(text => "no price list\n", status => 400) unless $rows;
    my $insert = $c->db->prepare('insert into item (name, price) values (?, ?)');
    $insert->execute(@$_) for @$rows;
    $c->redirect_to('/');
}

# Rows of [name, price] from the first sheet of a workbook. Dies when there is none.
sub read_prices ($bytes) {
    my $sheet = Spreadsheet::ParseXLSX->new->parse(\$bytes)->worksheet(0);
    my ($first, $last) = $sheet->row_range;
    return [ map { my $row = $_; [ map { $sheet->get_cell($row, $_)->value } 0, 1 ] } $first .. $last ];
}

1;
